//! Worked examples in the three languages, side by side.

use chrono::NaiveDate;
use office_core::Money;
use office_core::rules::{
    Change, ChangedCase, DecisionTable, Delay, Difference, Direction, Facts, Finding, HitPolicy, Judged, Monotone,
    NearestChange, Outcome, Phrases, Policy, PolicyBook, RowText, Ruling, Said, Step, TableText, Unfinished, Value,
};

use super::languages;

/// The phrases of an office, with words of its own.
fn office() -> [Phrases; 3] {
    let [english, russian, chinese] = languages().map(Clone::clone);
    let russian = russian.with_name("amount", "сумма").with_name("kind", "вид").with_name("purchase", "закупки");
    let russian = russian.with_name("finance", "бухгалтерия").with_name("purchase.approve", "согласование закупок");
    let chinese = chinese.with_name("amount", "金额").with_name("kind", "类别").with_name("purchase", "采购");
    let chinese = chinese.with_name("finance", "财务").with_name("purchase.approve", "采购审批");
    [
        english.with_remark("attach_quotes", "attach {count} {count|quote|quotes}").unwrap(),
        russian.with_remark("attach_quotes", "приложить {count} {count|предложение|предложения|предложений}").unwrap(),
        chinese.with_remark("attach_quotes", "附上{count}份报价").unwrap(),
    ]
}

fn amount(text: &str) -> Money {
    text.parse().unwrap()
}

fn purchase(facts: &Facts) -> Ruling {
    let header = ["amount: money EUR", "kind", "outcome", "obligations", "reason"];
    let rows = [
        ["< 500 EUR", "not(IT)", "allow", "-", "-"],
        ["< 5000 EUR", "-", "approvals: 1 finance purchase.approve", "attach_quotes(count: 2)", "IT is bought by few"],
        ["-", "-", "refuse: over_budget(limit: 5000 EUR)", "-", "-"],
    ];
    let table = DecisionTable::from_rows(&header, rows.map(|row| row.map(ToOwned::to_owned).to_vec())).unwrap();
    let mut book = PolicyBook::new("purchase");
    let day = NaiveDate::from_ymd_opt(2026, 7, 1).unwrap();
    book.publish(day, table).unwrap();
    book.decide(facts, day).unwrap()
}

#[test]
fn a_ruling_is_told_with_what_is_decided_what_is_to_be_done_and_why() {
    let ruling = purchase(&Facts::new().with("amount", amount("640.00 EUR")).with("kind", "IT"));
    let told = office().map(|phrases| ruling.told(&phrases));
    let expected = [
        "\
Decision: approval needed: 1 person in the role of finance (authority: purchase.approve)
Reason: IT is bought by few
To do: attach 2 quotes
Decided under the policy “purchase” in force since 2026-07-01
Row 2 decides: amount is 640.00 EUR (condition: < 5000 EUR)
Row 1 does not match: amount is 640.00 EUR, but the row wants < 500 EUR; kind is IT, but the row wants not(IT)",
        "\
Решение: требуется согласование: 1 человек с ролью «бухгалтерия» (полномочие: согласование закупок)
Причина: IT is bought by few
Необходимо: приложить 2 предложения
Решено по политике «закупки», действующей с 2026-07-01
Решает строка 2: сумма — 640.00 EUR (условие: < 5000 EUR)
Строка 1 не подходит: сумма — 640.00 EUR, а требуется < 500 EUR; вид — IT, а требуется not(IT)",
        "\
决定：需要审批：1名角色为“财务”的人员（权限：采购审批）
原因：IT is bought by few
待办：附上2份报价
依据自2026-07-01起施行的制度“采购”作出决定
由第2行决定：金额为640.00 EUR（条件：< 5000 EUR）
第1行不符合：金额为640.00 EUR，而该行要求< 500 EUR；类别为IT，而该行要求not(IT)",
    ];
    assert_eq!(told, expected);
}

#[test]
fn what_may_not_be_read_is_said_to_be_withheld() {
    let ruling = purchase(&Facts::new().with("amount", amount("7000.00 EUR")).with("kind", "paper"));
    let told = office().map(|phrases| ruling.redacted(|name| name != "amount").told(&phrases));
    let expected = [
        "\
Decision: refused: over_budget(limit: 5000 EUR)
Decided under the policy “purchase” in force since 2026-07-01
Row 3 decides: it applies to every case
Row 1 does not match: amount is [withheld], but the row wants [withheld]
Row 2 does not match: amount is [withheld], but the row wants [withheld]",
        "\
Решение: отказано: over_budget(limit: 5000 EUR)
Решено по политике «закупки», действующей с 2026-07-01
Решает строка 3: она применима к любому случаю
Строка 1 не подходит: сумма — [скрыто], а требуется [скрыто]
Строка 2 не подходит: сумма — [скрыто], а требуется [скрыто]",
        "\
决定：拒绝：over_budget(limit: 5000 EUR)
依据自2026-07-01起施行的制度“采购”作出决定
由第3行决定：适用于所有情况
第1行不符合：金额为[保密]，而该行要求[保密]
第2行不符合：金额为[保密]，而该行要求[保密]",
    ];
    assert_eq!(told, expected);
}

#[test]
fn rows_that_match_too_and_rows_beyond_telling_are_told() {
    let row = |cell: &str, grade: &str| RowText { cells: vec![cell.into()], outputs: vec![grade.into()], note: None };
    let mut text = TableText::from_rows(&["manager: boolean", "=> grade: text"], []).unwrap();
    text.name = "grades".into();
    text.hit = HitPolicy::Priority;
    text.outputs[0].allowed = vec!["high".into(), "low".into()];
    text.rows = vec![row("yes", "low"), row("-", "high")];
    text.rows.extend((0..1_002).map(|_| row("no", "low")));
    let schema = text.schema(office_core::rules::Dialect::Office).unwrap();
    let table = DecisionTable::new(text, &schema, office_core::rules::Dialect::Office).unwrap();
    let ruling = Policy::of(table).decide(&Facts::new().with("manager", true)).unwrap();
    let told = languages().map(|phrases| ruling.explanation.told(phrases));
    let ends = told.each_ref().map(|told| {
        let lines: Vec<_> = told.lines().collect();
        assert_eq!(lines.len(), 2 + 1_000 + 1);
        [lines[0], lines[1], lines[2], lines[3], lines[1_002]]
    });
    let expected = [
        [
            "Table “grades”:",
            "Row 2 decides: it applies to every case",
            "Row 1 matches too, but is outranked: manager is yes (condition: yes)",
            "Row 3 does not match: manager is yes, but the row wants no",
            "3 more rows do not decide",
        ],
        [
            "Таблица «grades»:",
            "Решает строка 2: она применима к любому случаю",
            "Строка 1 тоже подходит, но уступает другим: manager — да (условие: yes)",
            "Строка 3 не подходит: manager — да, а требуется no",
            "Не решают ещё 3 строки",
        ],
        [
            "表“grades”：",
            "由第2行决定：适用于所有情况",
            "第1行也符合，但其他行优先：manager为是（条件：yes）",
            "第3行不符合：manager为是，而该行要求no",
            "另有3行不作决定",
        ],
    ];
    assert_eq!(ends, expected);
}

#[test]
fn steps_of_an_approval_are_told_with_all_that_they_ask_for() {
    let text = "approvals: 2 finance|executive|it purchase.approve in company/hq escalate to director after 8h no delegation \
                & 1 legal purchase.approve expire after 1h30m; 5 board purchase.approve keep when returned";
    let outcome: Outcome = text.parse().unwrap();
    let expected = [
        "approval needed: 2 people in the role of executive, finance or it (authority: purchase.approve), for company/hq, \
         after 8 working hours also director, in person only, as well as 1 person in the role of legal (authority: \
         purchase.approve), expires after 1 hour 30 minutes of working time; then 5 people in the role of board \
         (authority: purchase.approve), stays valid if the case is returned and the amount is unchanged",
        "требуется согласование: 2 человека с ролью «executive», «бухгалтерия» или «it» (полномочие: согласование закупок), \
         для company/hq, через 8 рабочих часов — также «director», только лично, а также 1 человек с ролью «legal» \
         (полномочие: согласование закупок), срок истекает через 1 час 30 минут рабочего времени; затем 5 человек с ролью \
         «board» (полномочие: согласование закупок), остаётся в силе при возврате на доработку, если сумма не изменилась",
        "需要审批：2名角色为“executive”、“财务”或“it”的人员（权限：采购审批），范围为company/hq，8个工作小时后“director”也可审批，\
         须本人审批；同时1名角色为“legal”的人员（权限：采购审批），1小时30分钟工作时间后失效；然后5名角色为“board”的人员\
         （权限：采购审批），退回后若金额不变则继续有效",
    ];
    assert_eq!(office().map(|phrases| outcome.told(&phrases)), expected);
}

#[test]
fn forms_of_words_go_with_numbers() {
    let delays = ["1h", "2h", "5h", "11h", "12h", "21h", "22h", "25h", "101h", "111h", "114h", "1m", "3m", "40m"];
    let step = |delay: &str| {
        let one = std::num::NonZeroU8::MIN;
        let step = Step::new(one, office_core::Role::new("it"), "it.approve".parse().unwrap());
        step.expiring_after(delay.parse::<Delay>().unwrap())
    };
    let told = |phrases: &Phrases, start: &str, end: &str| {
        delays.map(|delay| {
            let told = step(delay).told(phrases);
            let (_, told) = told.rsplit_once(start).unwrap();
            told.strip_suffix(end).unwrap().to_owned()
        })
    };
    let [english, russian, chinese] = languages();
    let hours = "1 working hour, 2 working hours, 5 working hours, 11 working hours, 12 working hours, 21 working hours, \
                 22 working hours, 25 working hours, 101 working hours, 111 working hours, 114 working hours, \
                 1 working minute, 3 working minutes, 40 working minutes";
    assert_eq!(told(english, "after ", "").join(", "), hours);
    let hours = "1 рабочий час, 2 рабочих часа, 5 рабочих часов, 11 рабочих часов, 12 рабочих часов, 21 рабочий час, \
                 22 рабочих часа, 25 рабочих часов, 101 рабочий час, 111 рабочих часов, 114 рабочих часов, \
                 1 минуту рабочего времени, 3 минуты рабочего времени, 40 минут рабочего времени";
    assert_eq!(told(russian, "через ", "").join(", "), hours);
    assert_eq!(told(chinese, "，", "后失效")[..2], ["1个工作小时", "2个工作小时"]);
}

#[test]
fn findings_are_told() {
    let cells = || [("amount".to_owned(), "[100.00 EUR..500.00 EUR]".to_owned()), ("kind".into(), "IT".into())].into();
    let findings = [
        Finding::Gap { cells: cells(), witness: Facts::new() },
        Finding::Gap { cells: [].into(), witness: Facts::new() },
        Finding::Conflict { rows: (2, 5), cells: cells(), witness: Facts::new() },
        Finding::Unmatchable { row: 4, input: "amount".into() },
        Finding::Shadowed { row: 7, by: vec![1, 2, 6] },
        Finding::Unused { output: "grade".into(), value: "high".into() },
        Finding::Idle { input: "kind".into() },
        Finding::Mergeable { rows: (1, 3), input: "kind".into(), cell: "IT, HR".into() },
    ];
    let expected = [
        [
            "No row matches: amount is [100.00 EUR..500.00 EUR]; kind is IT",
            "No row matches: any case at all",
            "Rows 2 and 5 both match: amount is [100.00 EUR..500.00 EUR]; kind is IT",
            "Row 4 never matches: amount cannot be what the row wants",
            "Row 7 never decides: wherever it matches, others come first (row no. 1, 2 and 6)",
            "No row ever gives grade the value high",
            "No row asks anything of kind",
            "Rows 1 and 3 can be one, with IT, HR for kind",
        ],
        [
            "Ни одна строка не подходит: сумма — [100.00 EUR..500.00 EUR]; вид — IT",
            "Ни одна строка не подходит: любой случай",
            "Строки 2 и 5 подходят одновременно: сумма — [100.00 EUR..500.00 EUR]; вид — IT",
            "Строка 4 никогда не подходит: сумма не может принимать требуемых значений",
            "Строка 7 никогда не решает: всюду, где она подходит, её опережают другие (№ 1, 2 и 6)",
            "Ни одна строка не задаёт для grade значение high",
            "Ни одна строка не проверяет вид",
            "Строки 1 и 3 можно объединить в одну: вид — IT, HR",
        ],
        [
            "没有符合的行：金额为[100.00 EUR..500.00 EUR]；类别为IT",
            "没有符合的行：任何情况",
            "第2行与第5行同时符合：金额为[100.00 EUR..500.00 EUR]；类别为IT",
            "第4行永远不会符合：金额不可能取该行要求的值",
            "第7行永远不起决定作用：凡符合该行之处，均有其他行优先（行号：1、2和6）",
            "没有任何行将grade的值定为high",
            "没有任何行检查类别",
            "第1行与第3行可以合并为一行：类别为IT, HR",
        ],
    ];
    assert_eq!(office().map(|phrases| findings.each_ref().map(|finding| finding.told(&phrases))), expected);
}

#[test]
fn changes_are_told() {
    let change = |to: Value, least: bool| NearestChange {
        input: "amount".into(),
        from: amount("640.00 EUR").into(),
        to,
        outcome: Outcome::Allow,
        least,
    };
    let nearest = change(amount("499.99 EUR").into(), true);
    let possible = change(Value::Null, false);
    let judged = |outcome: &str, obligations: &str| {
        Some(Judged { outcome: outcome.parse().unwrap(), obligations: obligations.parse().unwrap() })
    };
    let (before, after) = (judged("allow", "-"), judged("refuse: over_budget", "attach_quotes(count: 5); file_it"));
    let case = ChangedCase { case: "PR-7".into(), facts: Facts::new(), before, after };
    let undecided = ChangedCase { after: None, ..case.clone() };
    let told = office().map(|phrases| {
        [nearest.told(&phrases), possible.told(&phrases), case.told(&phrases), undecided.told(&phrases)]
    });
    let expected = [
        [
            "Nearest change: amount 499.99 EUR instead of 640.00 EUR; then allowed",
            "Possible change: amount nothing instead of 640.00 EUR; then allowed",
            "PR-7: before – allowed; after – refused: over_budget; to do: attach 5 quotes; file_it",
            "PR-7: before – allowed; after – undecided",
        ],
        [
            "Ближайшее изменение: сумма — 499.99 EUR вместо 640.00 EUR; тогда разрешено",
            "Возможное изменение: сумма — не задано вместо 640.00 EUR; тогда разрешено",
            "PR-7: было — разрешено; стало — отказано: over_budget; необходимо: приложить 5 предложений; file_it",
            "PR-7: было — разрешено; стало — решение не принято",
        ],
        [
            "最小改动：金额由640.00 EUR改为499.99 EUR；则允许",
            "可行改动：金额由640.00 EUR改为空；则允许",
            "PR-7：原为允许；现为拒绝：over_budget；待办：附上5份报价；file_it",
            "PR-7：原为允许；现为未作决定",
        ],
    ];
    assert_eq!(told, expected);
}

#[test]
fn what_another_version_changes_is_told_with_what_was_not_looked_at() {
    let said = |outcome: Option<Outcome>, value: Value| Some(Said { outcome, value });
    let cells = [("amount".to_owned(), "< 100 EUR".to_owned()), ("kind".to_owned(), "IT".to_owned())];
    let of = |before, after| Change { cells: cells.clone().into(), witness: Facts::new(), before, after };
    let changes =
        vec![of(said(Some(Outcome::Allow), Value::Null), None), of(said(None, "high".into()), said(None, Value::Null))];
    let unfinished = vec![Unfinished::Computed { rows: vec![2, 3, 7] }, Unfinished::Effort, Unfinished::More];
    let difference = Difference { changes, unfinished };
    let expected = [
        "\
amount is < 100 EUR; kind is IT: before – allowed; after – undecided
amount is < 100 EUR; kind is IT: before – high; after – nothing
Not checked to the end, because cells have to be computed (row no. 2, 3 and 7)
Not checked to the end, because the effort allowed is spent
There is more of one kind than is told here",
        "\
сумма — < 100 EUR; вид — IT: было — разрешено; стало — решение не принято
сумма — < 100 EUR; вид — IT: было — high; стало — не задано
Проверено не до конца: значения ячеек приходится вычислять (строки № 2, 3 и 7)
Проверено не до конца: отведённый объём проверки исчерпан
Случаев одного вида больше, чем здесь указано",
        "\
金额为< 100 EUR；类别为IT：原为允许；现为未作决定
金额为< 100 EUR；类别为IT：原为high；现为空
未检查完毕，因为有单元格须经计算（行号：2、3和7）
未检查完毕，因为允许的计算量已用完
同类情况不止此处所列",
    ];
    assert_eq!(office().map(|phrases| difference.told(&phrases)), expected);
    let none = ["No difference was found", "Различий не найдено", "未发现差异"];
    assert_eq!(office().map(|phrases| Difference::default().told(&phrases)), none);
}

#[test]
fn which_way_it_goes_is_told() {
    let ways = [Direction::Stricter, Direction::Looser, Direction::Other];
    let expected = [["stricter", "less strict", "different"], ["строже", "мягче", "иначе"], ["更严", "更宽", "不同"]];
    assert_eq!(office().map(|phrases| ways.map(|way| way.told(&phrases))), expected);
    let facts = |euros: &str| Facts::new().with("amount", amount(euros)).with("kind", "IT");
    let falls = Monotone::No { smaller: facts("1.00 EUR"), greater: facts("2.00 EUR") };
    let told = |monotone: &Monotone| office().map(|phrases| monotone.told("amount", &phrases));
    let expected = [
        "More of amount may be judged less strictly: 2.00 EUR than 1.00 EUR (kind is IT)",
        "С ростом значения (сумма) решение может стать мягче: 2.00 EUR вместо 1.00 EUR (вид — IT)",
        "金额越大，决定可能更宽：由1.00 EUR变为2.00 EUR（类别为IT）",
    ];
    assert_eq!(told(&falls), expected);
    assert_eq!(told(&Monotone::Yes)[0], "More of amount is never judged less strictly");
    assert_eq!(told(&Monotone::Unknown)[2], "无法判断金额越大时决定是否会更宽");
}

#[test]
fn a_remark_that_lacks_what_its_words_name_is_told_by_its_code() {
    let [english, russian, chinese] = office();
    let lacking: Outcome = "refuse: attach_quotes(of: vendors)".parse().unwrap();
    assert_eq!(lacking.told(&english), "refused: attach_quotes(of: vendors)");
    assert_eq!(lacking.told(&russian), "отказано: attach_quotes(of: vendors)");
    assert_eq!(lacking.told(&chinese), "拒绝：attach_quotes(of: vendors)");
    // What is no whole number goes with the last form.
    let odd: Outcome = "refuse: attach_quotes(count: a few)".parse().unwrap();
    assert_eq!(odd.told(&english), "refused: attach a few quotes");
}
