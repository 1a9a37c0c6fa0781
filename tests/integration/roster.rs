//! issue 14, 1: a roster becomes accounts: checked as a whole, told in effect, in force and journaled; twice is once.

use std::fs;
use std::io::Write as _;

use crate::harness::{Gateway, Outcome, PATIENCE, Running, Setup, field, has_event};

impl Gateway {
    fn roster(&self, name: &str, bytes: &[u8]) -> String {
        let path = self.path(name);
        fs::write(&path, bytes).unwrap();
        path.display().to_string()
    }

    fn import(&self, file: &str, more: &[&str]) -> Outcome {
        self.juyong(&[&["operator", "import", file], more].concat())
    }
}

const REASON: [&str; 2] = ["--reason", "contract 7"];

fn gb18030(text: &str) -> Vec<u8> {
    let (name, charset) = ("gb18030", encoding_rs::GB18030);
    let (bytes, _, lossy) = charset.encode(text);
    assert!(!lossy, "{name}");
    bytes.into_owned()
}

/// A workbook with these cells.
fn workbook(rows: &[Vec<String>]) -> Vec<u8> {
    let cell = |text: &String| format!("<c t=\"inlineStr\"><is><t>{text}</t></is></c>");
    let row = |cells: &Vec<String>| format!("<row>{}</row>", cells.iter().map(cell).collect::<String>());
    let sheet = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><worksheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"><sheetData>{}</sheetData></worksheet>",
        rows.iter().map(row).collect::<String>()
    );
    let parts = [
        (
            "_rels/.rels",
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\"><Relationship Id=\"rId1\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>",
        ),
        (
            "xl/workbook.xml",
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?><workbook xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\" xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\"><sheets><sheet name=\"S\" sheetId=\"1\" r:id=\"r1\"/></sheets></workbook>",
        ),
        (
            "xl/_rels/workbook.xml.rels",
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\"><Relationship Id=\"r1\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet\" Target=\"worksheets/sheet1.xml\"/></Relationships>",
        ),
        ("xl/worksheets/sheet1.xml", sheet.as_str()),
    ];
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, text) in parts {
        zip.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
        zip.write_all(text.as_bytes()).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

/// 315 people in GB18030; the same people in a workbook change nothing.
#[test]
fn people_come_by_a_roster_and_can_log_in() {
    let gateway = Gateway::usual();
    let head = ["账号", "姓名", "厂商", "组", "有效期止", "联系方式"].map(str::to_owned).to_vec();
    let person = |number: usize| {
        let (name, vendor) = (format!("p{number:03}"), format!("厂商{}", number % 9));
        vec![name, format!("员工{number}"), vendor, "ops".into(), "2099-12-31".into(), "13800138000".into()]
    };
    let rows: Vec<Vec<String>> = std::iter::once(head).chain((1..=315).map(person)).collect();
    let lines: Vec<String> = rows.iter().map(|row| row.join(",")).collect();
    let csv = gateway.roster("roster.csv", &gb18030(&lines.join("\r\n")));

    let dry = gateway.import(&csv, &["--dry-run"]).ok().text();
    assert!(dry.contains("315 rows: 315 added, 0 changed"), "{dry}");
    assert!(dry.contains("gains     ") && dry.contains("nothing was changed: this was a dry run"), "{dry}");
    let own = gateway.path("policies/operators-imported.toml");
    assert!(!own.exists());

    let done = gateway.import(&csv, &REASON).ok().text();
    assert!(done.contains("version 2 is in force"), "{done}");
    let text = fs::read_to_string(&own).unwrap();
    assert!(text.contains("[operator.p315]\nname = \"员工315\"\nvendor = \"厂商0\"\n"), "{text}");
    let rows_of = gateway.events();
    let imported = rows_of.iter().find(|row| field(row, "event") == "roster-imported").unwrap();
    assert_eq!(
        (field(imported, "of"), &imported["added"], &imported["version"]),
        ("operators", &315.into(), &2.into())
    );
    assert!(has_event(&rows_of, "policy-applied", &[("reason", "contract 7")]));
    // The files are those in force.
    assert!(!gateway.juyong(&["doctor"]).text().contains("say something else"), "no drift");

    let person = gateway.operator("p007");
    gateway.exec(&person, "+box", "true").ok();

    let book = gateway.roster("roster.xlsx", &workbook(&rows));
    for file in [&csv, &book] {
        let again = gateway.import(file, &REASON).ok().text();
        assert!(again.contains("nothing to do"), "{again}");
    }
    assert_eq!(gateway.records(&["policy", "history"]).len(), 2);
    assert_eq!(fs::read_to_string(&own).unwrap(), text);
}

/// Every flaw at once, with row, column and mend; and nothing is changed.
#[test]
fn a_roster_with_flaws_changes_nothing_and_tells_them_all() {
    let gateway = Setup::new().language("zh-CN").start();
    let sheet =
        "账号,姓名,组,有效期止\nli lei,李雷,ops,\nhan,韩梅,opss,2026-13-01\nhan,韩,ops,\nauditor,,,\n";
    let file = gateway.roster("roster.csv", sheet.as_bytes());
    let told = gateway.import(&file, &["--reason", "x"]).refused("5 处问题：未作任何更改").errors();
    for want in [
        "第 2 行“账号”列：",
        "第 3 行“组”列：组 opss 尚不存在：是否想写 ops？",
        "第 3 行“有效期止”列：2026-13-01 不是日期：请按年月日书写",
        "第 4 行“账号”列：han 已在第 3 行出现",
        "第 5 行“账号”列：auditor 在策略文件中的角色为 auditor",
    ] {
        assert!(told.contains(want), "{want}\n{told}");
    }
    let records = gateway.import(&file, &["--dry-run", "--json"]);
    let first: serde_json::Value = serde_json::from_str(records.text().lines().next().unwrap()).unwrap();
    assert_eq!((&first["row"], field(&first, "problem")), (&2.into(), "invalid"), "{records}");
    assert_eq!(gateway.records(&["policy", "history"]).len(), 1);
    for (name, bytes, why) in [
        ("old.xls", &b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"[..], "另存为不设密码的 xlsx"),
        ("noise.csv", b"\xff\xff\xff\xff", "请另存为其中一种"),
        ("broken.xlsx", b"PK\x03\x04", "文件无法读取"),
    ] {
        gateway.import(&gateway.roster(name, bytes), &["--dry-run"]).refused(why);
    }
    gateway.import(&file, &[]).refused("--reason");
}

/// What somebody else edited and has not applied does not come into force by an import; comments stay.
#[test]
fn an_import_begins_with_what_is_in_force() {
    let gateway = Gateway::usual();
    let path = gateway.path("policies/all.toml");
    let text = fs::read_to_string(&path).unwrap();
    let file = gateway.roster("roster.csv", b"account,name,valid until\nop1,One,2099-01-01\nnew,New,\n");
    fs::write(&path, format!("{text}\n# not applied\n")).unwrap();
    gateway.import(&file, &["--dry-run"]).refused("are not those of version 1");
    fs::write(&path, text.replace("[operator.op1]\n", "# The first.\n[operator.op1] # kept\n")).unwrap();
    gateway.juyong(&["policy", "apply", "--reason", "comments"]).ok();
    let told = gateway.import(&file, &REASON).ok().text();
    assert!(told.contains("~ op1  name (nothing) -> One  valid (nothing) -> ..2099-01-01"), "{told}");
    assert!(told.contains("+ new  name New"), "{told}");
    let after = fs::read_to_string(&path).unwrap();
    assert!(after.contains("# The first.\n[operator.op1] # kept\n"), "{after}");
    // A test that fails refuses it, and the files stay.
    let failing = "\n[[test]]\nname = \"t\"\noperator = \"op1\"\nsource = \"192.0.2.1\"\nasset = \"box\"\n\
                   login = \"x\"\nprotocol = \"shell\"\nat = \"2026-05-06T09:00:00Z\"\nexpect = \"deny\"\n\
                   reason = \"asset-login\"\n";
    fs::write(&path, format!("{after}{failing}")).unwrap();
    gateway.juyong(&["policy", "apply", "--reason", "a test"]).ok();
    let over = gateway.roster("over.csv", b"account,valid until\nop1,2020-01-01\n");
    gateway.import(&over, &REASON).refused("1 of 1 tests fail");
    assert_eq!(fs::read_to_string(&path).unwrap(), format!("{after}{failing}"));
}

/// By role system alone, over SSH by standard input; machines likewise.
#[test]
fn a_roster_comes_over_ssh_and_assets_by_their_own() {
    let gateway = Gateway::usual();
    let admin = gateway.operator("admin");
    let mut people = String::from("account,groups\n");
    (0..4_000).for_each(|number| people += &format!("person-{number:05},ops\n"));
    assert!(people.len() > 64 * 1024, "more than a secret may be");
    let login = gateway.login(&admin);
    let mut ssh = login.ssh("");
    ssh.args(["operator", "import", "-", "--reason", "ssh"]);
    let out = Running::run(&mut ssh, people.as_bytes(), PATIENCE).ok().text();
    assert!(out.contains("4000 rows: 4000 added") && out.contains("… and 3800 more"), "{out}");
    let master = gateway.master(&admin, "");
    master.exec("operator import roster.csv --dry-run").refused("");
    let auditor = gateway.master(&gateway.operator("auditor"), "");
    auditor.exec("operator import - --dry-run").refused("not for your role");

    let machines = "名称,地址,组,危险等级,登录账号\nbox2,127.0.0.1,lab,高,root\nbox,,lab,,\n";
    let file = gateway.roster("machines.csv", &gb18030(machines));
    let done = gateway.juyong(&["asset", "import", &file, "--reason", "lab"]).ok().text();
    assert!(done.contains("+ box2  address 127.0.0.1:22  groups lab  danger high  logins root"), "{done}");
    assert!(done.contains("2 rows: 1 added, 0 changed"), "{done}");
    assert!(gateway.juyong(&["asset", "list"]).ok().text().contains("box2  127.0.0.1:22"));
}
