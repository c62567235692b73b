"""Who may open what: every route of the house and what each kind of visitor gets there, as data.

The columns are a passer-by, a signed-in resident, a post without any part in it, the same post as the last one but in
another street, and the post it is for. ``{case}`` and ``{task}`` are a matter and a task of the last one's own area.
A page leads a stranger to a sign-in (303), an operation says 401; what lies in another area looks like nothing (404).
"""

from __future__ import annotations

from dataclasses import dataclass

NOBODY = "00000000-0000-0000-0000-000000000000"

ELSEWHERE = {
    "grid": "village_grid",
    "intake": "town_intake",
    "checker": "town_checker",
    "shift": "town_shift",
    "keeper": "town_keeper",
    "environment": "town_environment",
}


@dataclass(frozen=True, slots=True)
class Row:
    """One route: what is asked of it, by whom it is meant, and the five answers."""

    url: str
    seat: str
    answers: tuple[int, int, int, int, int]
    method: str = "GET"


def everybody(url: str, answer: int = 200, method: str = "GET") -> Row:
    """A route that is the same to all."""
    return Row(url, "intake", (answer,) * 5, method)


def residents(url: str, answer: int = 200) -> Row:
    """A page of a signed-in resident's own."""
    return Row(url, "intake", (303, answer, 303, 303, 303))


def posts(url: str, seat: str, *, elsewhere: int = 200, own: int = 200, without: int = 403) -> Row:
    """A page for posts."""
    return Row(url, seat, (303, 303, without, elsewhere, own))


def version(url: str, without: int = 403) -> Row:
    """A page of a version of a scenario that is not there; the administrator of the city approves and publishes."""
    return posts(f"/scenarios/{NOBODY}/{url}", "keeper", elsewhere=404, own=404, without=without)


PAGES = {
    "home": everybody("/"),
    "cases:report": everybody("/report/"),
    "cases:report_where": everybody("/report/where/", 302),
    "cases:report_check": everybody("/report/check/", 302),
    "cases:find": everybody("/find/"),
    "cases:mine": residents("/mine/"),
    "cases:receipt": everybody("/receipt/{case}/wrongwrong12/", 404),
    "cases:progress": Row("/follow/{case}/", "intake", (404, 404, 403, 404, 200)),
    "cases:progress_secret": everybody("/follow/{case}/wrongwrong12/", 404),
    "cases:rate": Row("/follow/{case}/rate/", "intake", (302, 302, 403, 302, 302)),
    "cases:ask_again": Row("/follow/{case}/ask-again/", "intake", (302, 302, 403, 302, 302)),
    "cases:add_facts": Row("/follow/{case}/add-facts/", "intake", (302, 302, 403, 302, 302)),
    "cases:photo": everybody("/photos/x/", 404),
    "cases:queue": posts("/desk/queue/", "intake"),
    "cases:all": posts("/desk/cases/", "intake"),
    "cases:export": posts("/desk/cases/export.csv", "intake"),
    "cases:case": posts("/desk/cases/{case}/", "intake", elsewhere=404),
    "cases:contact": posts("/desk/cases/{case}/reporter/", "intake", elsewhere=404),
    "cases:step": posts("/desk/cases/{case}/verify/", "grid", elsewhere=302, own=302),
    "cases:report_for": posts("/desk/report/", "grid"),
    "cases:receipt_for": posts("/desk/report/{case}/wrongwrong12/", "grid", elsewhere=404, own=404),
    "people:sign_in": everybody("/sign-in/"),
    "people:sign_in_code": everybody("/sign-in/code/", 302),
    "people:who_looked": residents("/me/"),
    "people:my_data": residents("/me/data/"),
    "people:show_my_data": residents("/me/data/show/", 405),
    "people:export_my_data": residents("/me/data/export/", 405),
    "people:correct_my_data": residents("/me/data/correct/"),
    "people:withdraw_my_data": residents("/me/data/withdraw/"),
    "people:change_phone": residents("/me/phone/"),
    "people:change_phone_code": residents("/me/phone/code/", 302),
    "organisations:missing": posts("/desk/gaps/", "keeper"),
    "organisations:resolve": posts(f"/desk/gaps/{NOBODY}/resolve/", "keeper", elsewhere=302, own=302),
    "work:inbox": posts("/work/", "grid", without=200),
    "work:done": posts("/work/done/", "grid", without=200),
    "work:task": posts("/work/tasks/{task}/", "grid", elsewhere=404, own=302),
    "work:supervision": posts("/work/supervision/{task}/", "shift", elsewhere=404, own=404),
    "scenarios:library": posts("/scenarios/", "keeper", without=200),
    "scenarios:new": posts("/scenarios/new/", "keeper"),
    "scenarios:write_file": posts("/scenarios/new/file/", "keeper", elsewhere=302, own=302),
    "scenarios:schema": everybody("/scenarios/schema.json"),
    "scenarios:rehearsal": posts(f"/scenarios/rehearsals/{NOBODY}/", "keeper", elsewhere=404, own=404, without=404),
    "scenarios:version": version("", without=404),
    "scenarios:check": version("check/", without=404),
    "scenarios:difference": version("difference/", without=404),
    "scenarios:file": version("file/", without=404),
    "scenarios:download": version("file.yaml", without=404),
    "scenarios:table": version("tables/x/", without=404),
    "scenarios:sheet": version("tables/x.xlsx", without=404),
    "scenarios:step": version("steps/x/", without=404),
    "scenarios:rehearse": version("rehearse/", without=404),
    "scenarios:compare": version("compare/", without=404),
    "scenarios:decide": version("submit/", without=404),
    "scenarios:copy": version("copy/"),
    "scenarios:heads": version("heads/"),
    "scenarios:scope": version("scope/"),
    "scenarios:facts": version("facts/"),
    "scenarios:fact": version("facts/x/"),
    "scenarios:tables": version("tables/"),
    "scenarios:new_step": version("steps/x/new/"),
    "undertakings:undertakings": posts("/undertakings/", "intake", without=200),
    "undertakings:choose": posts("/undertakings/begin/", "intake"),
    "undertakings:begin": posts("/undertakings/begin/x/", "intake", elsewhere=404, own=404),
    "undertakings:undertaking": posts(f"/undertakings/{NOBODY}/", "intake", without=404, elsewhere=404, own=404),
    "undertakings:change": posts(f"/undertakings/{NOBODY}/cancel/", "intake", without=404, elsewhere=404, own=404),
    "dashboards:counts": posts("/desk/now/", "shift"),
    "sign_in:staff": everybody("/desk/sign-in/"),
    "sign_in:second_factor": everybody("/desk/sign-in/second-factor/", 302),
    "sign_in:post": Row("/desk/sign-in/post/", "intake", (303, 200, 200, 200, 200)),
    "sign_in:password": Row("/desk/sign-in/password/", "intake", (303, 303, 200, 200, 200)),
    "sign_in:authenticator": Row("/desk/sign-in/authenticator/", "intake", (303, 303, 200, 200, 200)),
    "sign_out": everybody("/sign-out/", 405),
    "admin_sign_in": everybody("/admin/login/", 302),
    "admin_password": everybody("/admin/password_change/", 302),
    # No jurisdiction is served in the small city: the protocol's own 404.
    "open311:discovery": everybody("/open311/v2/discovery.xml", 404),
    "open311:services": everybody("/open311/v2/services.xml", 404),
    "open311:service": everybody("/open311/v2/services/1.xml", 404),
    "open311:requests": everybody("/open311/v2/requests.xml", 404),
    "open311:request": everybody("/open311/v2/requests/{case}.xml", 404),
    "open311:token": everybody("/open311/v2/tokens/x.xml", 404),
    "open311:updates": everybody("/open311/v2/servicerequestupdates.xml", 404),
    "open311:nothing": everybody("/open311/v2/", 404),
    "preferences": everybody("/preferences/"),
    "set_size": everybody("/preferences/size/large/", 302),
    "set_theme": everybody("/preferences/theme/dark/", 302),
    "set_language": everybody("/preferences/language/en/", 302),
    "complain": everybody("/complain/"),
    "paper": everybody("/paper/"),
    "privacy": everybody("/privacy/"),
    "accessibility": everybody("/accessibility/"),
    "offline": everybody("/offline/"),
    "service_worker": everybody("/service-worker.js"),
    "manifest": everybody("/manifest.webmanifest"),
    "alive": everybody("/healthz"),
    "ready": everybody("/readyz"),
}

CASES, WORK, PEOPLE = "/api/v1/cases", "/api/v1/work", "/api/v1/people/me"
SCENARIOS, UNDERTAKINGS = f"{WORK}/scenarios", f"{WORK}/undertakings"
PLACES, ORGANISATIONS = "/api/v1/places", "/api/v1/organisations"
# An operation that writes is asked without its key: whoever may open it hears that the key is missing (422).
KEY_MISSING = 422


def staff(url: str, seat: str, *, elsewhere: int = 200, own: int = 200, without: int = 403) -> Row:
    """An operation for posts that reads."""
    return Row(url, seat, (401, 401, without, elsewhere, own))


def step(name: str, seat: str) -> Row:
    """A step of a case."""
    return Row(f"{CASES}/{{case}}/{name}", seat, (401, 401, 403, 404, KEY_MISSING), "POST")


def decision(name: str, seat: str, method: str = "POST", without: int = 403) -> Row:
    """A decision about a version of a scenario."""
    return Row(f"{SCENARIOS}/{NOBODY}{name}", seat, (401, 401, without, KEY_MISSING, KEY_MISSING), method)


def follow(name: str) -> Row:
    """A step that the reporter of a case takes; here without the receipt's code."""
    return Row(f"{CASES}/{{case}}/{name}", "intake", (404, 404, 403, 404, KEY_MISSING), "POST")


def own_data(url: str, answer: int = 200, method: str = "GET") -> Row:
    """An operation on a resident's own data."""
    return Row(f"{PEOPLE}/{url}", "intake", (401, answer, 401, 401, 401), method)


OPERATIONS = {
    "cases_report": everybody(CASES, KEY_MISSING, "POST"),
    "cases_list_cases": staff(CASES, "intake"),
    "cases_count_cases": staff(f"{CASES}/counts", "intake"),
    "cases_one_case": Row(f"{CASES}/{{case}}", "intake", (404, 404, 403, 404, 200)),
    "cases_near": staff(f"{CASES}/{{case}}/near", "intake", elsewhere=404),
    "cases_add_photos": everybody(f"{CASES}/{{case}}/photos", KEY_MISSING, "POST"),
    "cases_verify": step("verify", "grid"),
    "cases_reverify": step("reverify", "intake"),
    "cases_file": step("file", "intake"),
    "cases_decline": step("decline", "intake"),
    "cases_merge": step("merge", "intake"),
    "cases_recategorise": step("recategorise", "intake"),
    "cases_refile": step("refile", "intake"),
    "cases_dispatch": step("dispatch", "intake"),
    "cases_recall": step("recall", "intake"),
    "cases_move": step("move", "shift"),
    "cases_accept": step("accept", "environment"),
    "cases_return": step("return", "environment"),
    "cases_contact": step("contact", "environment"),
    "cases_hand_in": step("hand_in", "environment"),
    "cases_send_back": step("send_back", "checker"),
    "cases_close": step("close", "checker"),
    "cases_call_back": step("call_back", "intake"),
    "cases_rate": follow("rate"),
    "cases_add_facts": follow("add_facts"),
    "cases_ask_again": follow("ask_again"),
    "work_inbox": staff(f"{WORK}/inbox", "grid", without=200),
    "work_finished": staff(f"{WORK}/done", "grid", without=200),
    "work_one_task": staff(f"{WORK}/tasks/{{task}}", "grid", without=404, elsewhere=404),
    "work_answer_supervision": Row(
        f"{WORK}/tasks/{{task}}/answer", "shift", (401, 401, 403, KEY_MISSING, KEY_MISSING), "POST"
    ),
    "work_hand_in_task": Row(f"{WORK}/tasks/{{task}}/hand_in", "grid", (401, 401, 403, 404, KEY_MISSING), "POST"),
    "work_scenarios": staff(SCENARIOS, "keeper", without=200),
    "work_scenario_templates": staff(f"{SCENARIOS}/templates", "keeper"),
    "work_write_scenario": Row(SCENARIOS, "keeper", (401, 401, 403, KEY_MISSING, KEY_MISSING), "POST"),
    "work_one_scenario": staff(f"{SCENARIOS}/{NOBODY}", "keeper", without=404, elsewhere=404, own=404),
    "work_check_scenario": staff(f"{SCENARIOS}/{NOBODY}/check", "keeper", without=404, elsewhere=404, own=404),
    "work_scenario_difference": staff(
        f"{SCENARIOS}/{NOBODY}/difference?old=x@1", "keeper", without=404, elsewhere=404, own=404
    ),
    "work_edit_scenario": decision("", "keeper", "PUT"),
    "work_submit_scenario": decision("/submit", "keeper"),
    "work_discard_scenario": decision("/discard", "keeper"),
    "work_send_back_scenario": decision("/send_back", "shift", without=KEY_MISSING),
    "work_approve_scenario": decision("/approve", "shift", without=KEY_MISSING),
    "work_publish_scenario": decision("/publish", "shift", without=KEY_MISSING),
    "work_withdraw_scenario": decision("/withdraw", "shift", without=KEY_MISSING),
    "work_rehearse_scenario": decision("/rehearse", "keeper", without=KEY_MISSING),
    "work_one_rehearsal": staff(f"{SCENARIOS}/rehearsals/{NOBODY}", "keeper", without=404, elsewhere=404, own=404),
    "work_compare_scenario": staff(f"{SCENARIOS}/{NOBODY}/comparison", "keeper", without=404, elsewhere=404, own=404),
    "work_list_undertakings": staff(UNDERTAKINGS, "intake", without=200),
    "work_begin_undertaking": Row(UNDERTAKINGS, "intake", (401, 401, 403, KEY_MISSING, KEY_MISSING), "POST"),
    "work_one_undertaking": staff(f"{UNDERTAKINGS}/{NOBODY}", "intake", without=404, elsewhere=404, own=404),
    "work_cancel_undertaking": Row(
        f"{UNDERTAKINGS}/{NOBODY}/cancel", "intake", (401, 401, 403, KEY_MISSING, KEY_MISSING), "POST"
    ),
    "work_move_undertaking": Row(
        f"{UNDERTAKINGS}/{NOBODY}/move", "shift", (401, 401, KEY_MISSING, KEY_MISSING, KEY_MISSING), "POST"
    ),
    "places_cities": everybody(f"{PLACES}/cities"),
    "places_areas": everybody(f"{PLACES}/areas?within=310101"),
    "places_one_area": everybody(f"{PLACES}/areas/310101"),
    "places_boundaries": everybody(f"{PLACES}/boundaries?within=310101"),
    "places_search": everybody(f"{PLACES}/search?text=南塘"),
    "places_locate": everybody(f"{PLACES}/locate?latitude=31.205&longitude=121.405"),
    "organisations_categories": everybody(f"{ORGANISATIONS}/categories"),
    "organisations_search_categories": everybody(f"{ORGANISATIONS}/categories/search?text=路灯"),
    "organisations_standards": staff(f"{ORGANISATIONS}/standards?category=gbt30428.2:2013:C0137", "grid", without=200),
    "organisations_units": staff(f"{ORGANISATIONS}/units?area=310101", "grid", without=200),
    "organisations_one_unit": staff(f"{ORGANISATIONS}/units/0", "grid", without=404, elsewhere=404, own=404),
    "organisations_routing": staff(
        f"{ORGANISATIONS}/routing?category=gbt30428.2:2013:C0137&area=310101001001", "grid", without=200
    ),
    "organisations_missing": staff(f"{ORGANISATIONS}/missing", "keeper"),
    "organisations_resolve": Row(
        f"{ORGANISATIONS}/missing/{NOBODY}/resolve", "keeper", (401, 401, 403, KEY_MISSING, KEY_MISSING), "POST"
    ),
    "people_my_contacts": own_data("contacts"),
    "people_my_reads": own_data("reads"),
    "people_show_my_data": own_data("show", KEY_MISSING, "POST"),
    "people_export_my_data": own_data("export", KEY_MISSING, "POST"),
    "people_correct_my_data": own_data("correct", KEY_MISSING, "POST"),
    "people_withdraw_my_data": own_data("withdraw", KEY_MISSING, "POST"),
}

# Routes that are Django's or Ninja's own and carry no declaration of ours: the admin asks for its own permissions,
# the description of the API is public, its root is a 404.
UNDECLARED = ("admin:", "api:openapi-json", "api:api-root")
