from tests.city import City
def test_x(city: City):
    for seat, url in [("", "/"), ("intake","/desk/queue/"), ("grid", "/work/"), ("grid","/desk/report/"), ("city_command","/desk/now/"), ("intake","/desk/cases/"), ("","/api/v1/openapi.json"), ("", "/api/v1/places/boundaries?within=310101"), ("","/nothing"), ("","/api/v1/nothing"), ("","/report/"), ("", "/desk/queue/")]:
        r = city.client(seat).get(url)
        print(seat, url, r.status_code, r.headers.get("Content-Type"), len(r.content))
