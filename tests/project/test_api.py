from tests.city import City
from tests.apps.cases.views.parts import *
from django.urls import get_resolver, URLResolver
from lilong.project.api import api, access_of_operation, operation_id
SAMPLE={"number":"1","secret":"2","token":"x","step":"verify","item":"00000000-0000-0000-0000-000000000000","task":"00000000-0000-0000-0000-000000000000","value":"large","test":"","ending":"xml","code":"310101","unit":"1"}
import re
def fill(route):
    route = re.sub(r"\^?\(\?P<test>test/\)\?", "", route).replace("\\.","." ).replace("$","")
    route = re.sub(r"\(\?P<(\w+)>[^)]*\)", lambda m: SAMPLE[m.group(1)], route)
    route = re.sub(r"<(?:\w+:)?(\w+)>", lambda m: SAMPLE[m.group(1)], route)
    return re.sub(r"\{(\w+)\}", lambda m: SAMPLE[m.group(1)], route)
def walk(res, pre, ns):
    for p in res.url_patterns:
        if isinstance(p, URLResolver):
            yield from walk(p, pre+str(p.pattern), ns+(p.namespace+":" if p.namespace else ""))
        else:
            yield pre+str(p.pattern), ns+(p.name or "?"), p.callback
SEAT={"cases:report_for":"grid","cases:receipt_for":"grid","organisations:missing":"keeper","organisations:resolve":"keeper","work:supervision":"shift","dashboards:counts":"city_command","cases:contact":"intake","api:answer_supervision":"shift"}
def test_x(city: City):
    cl = {k: city.client(k) for k in ("","resident","administrator")}
    for route, name, cb in walk(get_resolver(), "", ""):
        if route.startswith(("admin/","api/")): continue
        url = "/"+fill(route); seat=SEAT.get(name,"intake")
        out=[]
        for who in ("","resident","administrator",seat):
            c = cl.get(who) or city.client(who)
            if name in("sign_out",): c = city.client(who)
            out.append(c.get(url).status_code)
        print(f'    "{name}": ("{url}", "{seat}", {tuple(out)}),')
    for b in api._get_bound_routers():
        for path, view in b.path_operations.items():
            for op in view.operations:
                url="/api/v1"+b.prefix+fill(path)
                seat={"work_answer_supervision":"shift","organisations_missing":"keeper","organisations_resolve":"keeper","cases_verify":"grid","cases_accept":"environment","cases_return":"environment","cases_contact":"environment","cases_hand_in":"environment","cases_send_back":"checker","cases_close":"checker"}.get(operation_id(op),"intake")
                out=[]
                for who in ("","resident","administrator",seat):
                    c = cl.get(who) or city.client(who)
                    m = op.methods[0]
                    out.append((c.get(url) if m=="GET" else c.post(url, "{}", content_type="application/json")).status_code)
                print(f'    "{operation_id(op)}": ("{op.methods[0]}", "{url}", "{seat}", {tuple(out)}),')
