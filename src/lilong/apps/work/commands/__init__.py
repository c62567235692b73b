"""What work does: tasks are moved, scenarios are written and published, undertakings are begun and ended."""
