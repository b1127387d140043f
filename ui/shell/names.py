"""The names (`objectName`) by which drivers, tests and screen readers' scripts find controls.

Stable: a name is changed with its users, in one commit. `<step>` is a step's code, `<code>` a
material's code, `<card>` a card's name, `<n>` counts from 1.

    enrolment       enrol.centre enrol.roots enrol.choose enrol.invitation enrol.dev enrol.inc
                    enrol.code enrol.aud enrol.genesis enrol.fingerprint enrol.compared enrol.pin
                    enrol.submit
    recovery        recover.copy recover.pin recover.submit recover.leave recover.done
    door            login.pin login.enter login.failure login.headline
                    login.colleague login.told login.recover
                    looks.language looks.text_size looks.mode
    frame           topbar.line topbar.palette · rail.<command> · foot.words foot.act foot.dismiss
                    foot.exceptions · palette.line palette.list · deck.card.<card> deck.pull
    workbench       workbench.tab.<mine|soon|overdue|all|closed> workbench.search workbench.table
                    workbench.empty_act · preview.act.<step> preview.open
                    preview.act.others case.act.others · steps.line steps.list (F11)
    case            case.act.<step> case.leave case.why case.number case.phone
                    case.tab.<timeline|materials|papers|people|proof> case.paper.<n>
    guided pages    <page>.submit <page>.leave <page>.copy_code <page>.problem
      prereg        prereg.kind.<person|org> prereg.id_no prereg.name prereg.phone prereg.item
                    prereg.item_list prereg.agent_name prereg.agent_id_no prereg.project
                    prereg.key_project prereg.fast_track prereg.precheck
      receive,      <page>.material.<code> <page>.attach.<code>
      correct       <page>.material.<code>.page.<n> <page>.preview
      correction    correction.material.<code> correction.reason.<code> correction.text.<code>
                    correction.complete
      accept        accept.correct_instead
      handle,review <page>.opinion <page>.agree <page>.disagree <page>.text
      send_back, hear_party, explain     <page>.text
      decision      decision.grant decision.decide_at_once decision.deny decision.reason
                    decision.text
      issue,        <page>.relation.<self|agent|legal_representative> <page>.name <page>.id_no
      sign_for
      make, close   nothing but submit and leave
      of the table  <step>.<field> <step>.<field>.<code> <step>.submit <step>.leave <step>.blank
                    (client.app.forms; a form to be signed by hand is printed by "blank")
      withdraw      withdraw.material.request withdraw.attach.request withdraw.blank
      leaving       leaving.nothing leaving.offered leaving.text (弃号)
      sign          sign.shown sign.document sign.pin sign.confirm sign.leave
    result          result.headline result.number result.next.<step> result.leave result.case
                    result.again result.save result.print result.paper.<kind>
    paper           paper.save paper.print paper.leave
    colleague       colleague.person colleague.person_list colleague.pin colleague.submit
                    colleague.leave colleague.added
    items           items.search items.departments items.list items.guide items.leave
                    items.notification items.blank_form items.sample_form items.new_case
    people          people.search people.list people.person people.leave people.new_case
                    people.case.<n> people.take_over
    doctor          doctor.findings doctor.again doctor.bundle doctor.back_up doctor.leave
                    help.doctor
    former          former.waits former.came former.settled former.pin former.submit former.leave
    handout         handout.language.<zh_CN|en> handout.save handout.print handout.leave
    batch           batch.text batch.table batch.shown batch.told batch.reason batch.pin
                    batch.submit batch.leave
    seal_book       seal_book.table seal_book.received seal_book.left seal_book.told
                    seal_book.submit seal_book.leave
    authorisations  authorisations.list authorisations.whole authorisations.renew
                    authorisations.revoke authorisations.paper authorisations.command
                    authorisations.leave
    statistics      statistics.span.<week|month|last_month|year> statistics.table
                    statistics.by.<person|window|item|day|month> statistics.leave
                    statistics.export statistics.print statistics.pace
    pace            pace.table pace.forget pace.leave
    queue           queue.number queue.state queue.told queue.table queue.case queue.target
                    queue.kind queue.department queue.counts queue.rule queue.submit queue.leave
                    queue.<again|pass|done|link|hand|back|give_up|draw|bookings>
    bookings        bookings.department bookings.day bookings.start bookings.name bookings.phone
                    bookings.table bookings.told bookings.<arrive|move|cancel> bookings.submit
                    bookings.leave
    filings         filings.table filings.who filings.told filings.text filings.<look|lacks|release>
                    filings.submit filings.leave
    messages        messages.<explain|reply_order|cure|open|read>.<n> messages.sound
    exceptions      exceptions.<case|cure|again>.<n> exceptions.dismiss.<n>

The step "claim" (承办接件) asks nothing: it is made at once, and the page "handle" follows.
"""

from __future__ import annotations

DOOR = ("login.pin", "login.enter", "looks.language", "looks.text_size", "looks.mode")
FRAME = ("topbar.line", "topbar.palette", "foot.words", "stage")
RAIL = tuple(
    f"rail.{name}"
    for name in (
        "workbench",
        "new_case",
        "search",
        "items",
        "people",
        "receive",
        "notify_correction",
        "accept",
        "papers",
        "messages",
        "exceptions",
        "help",
        "lock",
    )
)
WORKBENCH = (
    "workbench.search",
    "workbench.table",
    "preview.open",
    *(f"workbench.tab.{name}" for name in ("mine", "soon", "overdue", "all", "closed")),
)
PREREGISTER = (
    "prereg.kind.person",
    "prereg.kind.org",
    "prereg.id_no",
    "prereg.name",
    "prereg.phone",
    "prereg.item",
    "prereg.agent_name",
    "prereg.agent_id_no",
    "prereg.project",
    "prereg.key_project",
    "prereg.fast_track",
    "prereg.leave",
    "prereg.submit",
)
SIGN = ("sign.shown", "sign.pin", "sign.confirm", "sign.leave")
RESULT = ("result.number", "result.leave", "result.case", "result.again")
