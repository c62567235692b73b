"""Pure judgement of places: codes, tables, vintages, datums, projections, geometry, addresses."""
