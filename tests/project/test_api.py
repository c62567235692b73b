from tests.city import City
from tests.apps.cases.views.parts import *
def test_x(city: City):
    n = filed(city, reported(city))
    for seat, url in [("intake","/desk/queue/?case=%00"), ("intake","/desk/cases/%00/"), ("","/follow/%00/"), ("","/follow/%00/abc/"), ("intake", "/api/v1/cases/%00"), ("intake","/work/?after=%00"),("intake","/api/v1/cases?text=%00"),("intake","/api/v1/cases?category=%00")]:
        r = city.client(seat).get(url)
        print(seat, url, r.status_code, r.headers.get("Content-Type"), len(r.content))
