//! issue 14, 1: rosters in all their forms, and every way to be wrong.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

use super::workbook::testing::workbook;
use super::*;
use crate::diagnostic::SourceFile;
use crate::domain::Language;

const POLICY: &str = r#"# Ours.
[operator.wang-fang]
name   = "王芳"   # by hand
vendor = "acme-db"
groups = ["dba", "oncall"]
valid  = "2026-04-08..2026-12-31"
sources = ["10.0.0.0/8"] # stays

[operator.zhou-audit]
roles = ["auditor"]

[schedule.night]
open = ["22:00-24:00"]
"#;

fn files() -> Vec<SourceFile> {
    vec![SourceFile { path: "/p/all.toml".into(), text: POLICY.into() }]
}

fn merged(sheet: &[u8]) -> RosterEdit {
    merge(RosterSubject::Operators, sheet, &files(), true).unwrap()
}

fn flaws(subject: RosterSubject, sheet: &str) -> Vec<String> {
    match merge(subject, sheet.as_bytes(), &files(), false) {
        Err(Unmerged::Flawed(flaws)) => flaws.iter().map(|flaw| flaw.told(Language::English)).collect(),
        other => panic!("{other:?}"),
    }
}

const SHEET: &str = "账号,姓名,厂商,组,有效期起,有效期止,联系方式\n\
    li-lei,李雷,acme-db,dba；oncall,2026/1/5,2026年12月31日,138 0013 8000\n\
    韩梅梅,=1+1,netops,network,,2026-12-31,han@example.com\n";

const NEW: &str = "# Accounts that `juyong operator import` added. Edits by hand stay; each field: operators.toml.\n\
    \n[operator.li-lei]\nname = \"李雷\"\nvendor = \"acme-db\"\ngroups = [\"dba\", \"oncall\"]\n\
    valid = \"2026-01-05..2026-12-31\"\ncontact = \"138 0013 8000\"\n\
    \n[operator.\"韩梅梅\"]\nname = \"=1+1\"\nvendor = \"netops\"\ngroups = [\"network\"]\n\
    valid = \"..2026-12-31\"\ncontact = \"han@example.com\"\n";

#[test]
fn a_roster_is_read_in_every_encoding() {
    let gb = encoding_rs::GB18030.encode(SHEET).0.into_owned();
    let utf16: Vec<u8> =
        [0xff, 0xfe].into_iter().chain(SHEET.encode_utf16().flat_map(u16::to_le_bytes)).collect();
    for sheet in [
        SHEET.as_bytes().to_vec(),
        [b"\xef\xbb\xbf", SHEET.as_bytes()].concat(),
        gb,
        utf16,
        SHEET.replace('\n', "\r\n").into_bytes(),
        SHEET.replace(',', "\t").into_bytes(),
        SHEET.replace(',', ";").into_bytes(),
        format!("\n{SHEET},,,\n\n").into_bytes(),
    ] {
        let edit = merged(&sheet);
        assert_eq!((edit.rows, edit.changes.len()), (2, 2));
        let [file] = edit.files.as_slice() else { panic!("{:?}", edit.files) };
        assert_eq!((file.path.as_str(), file.text.as_str()), ("/p/operators-imported.toml", NEW));
    }
}

#[test]
fn a_workbook_has_its_dates_as_dates() {
    // 46027 is 2026-01-05.
    let sheet = workbook(&[
        &["账号", "姓名", "有效期起", "有效期止", "联系方式"],
        &["li-lei", "李雷", "#46027", "2026-12-31", "13800138000"],
        &["1001", "", "", "", ""],
    ]);
    let edit = merged(&sheet);
    let text = &edit.files[0].text;
    assert!(text.contains("valid = \"2026-01-05..2026-12-31\""), "{text}");
    assert!(text.contains("contact = \"13800138000\"") && text.contains("[operator.1001]"), "{text}");
}

#[test]
fn what_stands_in_a_file_is_edited_there_and_all_else_stays() {
    let edit = merged("account,groups,valid until,name\nwang-fang,\"oncall, dba\",2027-06-30,\n".as_bytes());
    let [file] = edit.files.as_slice() else { panic!("{:?}", edit.files) };
    assert_eq!(file.path, "/p/all.toml");
    assert_eq!(file.text, POLICY.replace("..2026-12-31", "..2027-06-30"));
    let [change] = edit.changes.as_slice() else { panic!("{:?}", edit.changes) };
    assert_eq!((change.added, change.fields.len(), change.fields[0].field), (false, 1, "valid"));
    // A dash takes away, an empty cell leaves as it is.
    let edit = merged("account,from,until,vendor\nwang-fang,-,-,-\n".as_bytes());
    let text = &edit.files[0].text;
    assert!(!text.contains("valid") && !text.contains("vendor") && text.contains("# by hand"), "{text}");
    assert!(merged("account,from,until,vendor\nwang-fang,,,\n".as_bytes()).changes.is_empty());
}

#[test]
fn the_same_roster_again_changes_nothing() {
    let first = merged(SHEET.as_bytes());
    let files = [files(), first.files].concat();
    let again = merge(RosterSubject::Operators, SHEET.as_bytes(), &files, false).unwrap();
    assert!(again.changes.is_empty() && again.files.is_empty(), "{again:?}");
    // What was added by hand to an imported account stays, and a further one goes to the end.
    let more = "account\nzhao\n";
    let further = merge(RosterSubject::Operators, more.as_bytes(), &files, false).unwrap();
    assert_eq!(further.files[0].text, format!("{NEW}\n[operator.zhao]\n"));
}

#[test]
fn every_flaw_is_told_at_once_with_its_place_and_mend() {
    let told = flaws(
        RosterSubject::Operators,
        "账号,姓名,组,有效期起,有效期止\n\
         a b,x,dba,,\n\
         li,李,dbb,2026-13-01,\n\
         ok,y,dba,2026-12-31,2026-01-01\n\
         LI,z,dba,,31/12/2026\n\
         zhou-audit,,,,\n\
         ,nobody,,,\n\
         Wang-Fang,,zzzzzzz,,\n\
         wang-fang,,,2027-01-01,,x\n",
    );
    let want = [
        "row 2, 账号: \"a b\" is not a valid operator name",
        "row 3, 有效期起: 2026-13-01 is not a date: write the year first",
        "row 3, 组: nothing is in a group dbb yet: did you mean dba?",
        "row 4, 有效期止: the last day 2026-01-01 lies before the first",
        "row 5, 有效期止: 31/12/2026 is not a date",
        "row 5, 账号: LI stands in row 3 already",
        "row 6, 账号: zhou-audit has the role auditor",
        "row 7, 账号: the cell is empty",
        "row 8, 账号: Wang-Fang differs from wang-fang",
        "row 8, 组: nothing is in a group zzzzzzz yet: correct it, or give --new-groups",
        "row 9: a cell stands below no head",
        "row 9, 账号: wang-fang stands in row 8 already",
        "row 9, 有效期起: the last day 2026-12-31 lies before the first, 2027-01-01",
    ];
    for want in want {
        assert!(told.iter().any(|told| told.starts_with(want)), "{want}\n{}", told.join("\n"));
    }
    assert_eq!(told.len(), want.len(), "{}", told.join("\n"));
}

#[test]
fn heads_are_known_or_told() {
    let told = flaws(RosterSubject::Operators, "账 号,有效期至（含）,vaild until,name,姓名,Remarks\n");
    assert_eq!(
        told,
        [
            "row 1, vaild until: there is no such column: did you mean validuntil?",
            "row 1, 姓名: the column is there already, as name: keep one of them",
        ]
    );
    let told = flaws(RosterSubject::Operators, "姓名\n李\n");
    assert_eq!(told, ["row 1: the column account/账号 is missing: head the names with it"]);
}

#[test]
fn assets_are_read_by_their_own_columns() {
    let sheet = "名称,地址,端口,组,危险等级,登录账号,时间规定\n\
                 db1,10.1.2.3,,oracle,高,oracle、root,night\n\
                 db2,2001:db8::1,2222,oracle,,CORP\\svc; deploy,\n\
                 db3,db3.example.com:22,22,,critical,root,\n";
    let edit = merge(RosterSubject::Assets, sheet.as_bytes(), &files(), true).unwrap();
    let text = &edit.files[0].text;
    assert_eq!(edit.files[0].path, "/p/assets-imported.toml");
    for part in [
        "[asset.db1]\naddress = \"10.1.2.3:22\"\ngroups = [\"oracle\"]\ndanger = \"high\"\nlogins = [\"oracle\", \"root\"]\nschedule = \"night\"\n",
        "address = \"[2001:db8::1]:2222\"",
        "address = \"db3.example.com:22\"\ndanger = \"critical\"",
    ] {
        assert!(text.contains(part), "{part}\n{text}");
    }
    let told = flaws(
        RosterSubject::Assets,
        "name,address,port,danger,logins,schedule\ndb1,10.1.2,0,deadly,a:b,nigth\ndb2,,,,,\ndb3,10.0.0.1:22,23,,root,\n",
    );
    for want in [
        "row 2, address: the host is neither",
        "row 2, port: 0 is not a port",
        "row 2, danger: deadly is not a danger level",
        "row 2, logins: \"a:b\" is not a valid login name",
        "row 2, schedule: the policy files have no schedule nigth: did you mean night?",
        "row 3, address: the cell is empty",
        "row 3, logins: the cell is empty",
        "row 4, port: 23 is not a port, or not that of the address",
    ] {
        assert!(told.iter().any(|told| told.starts_with(want)), "{want}\n{}", told.join("\n"));
    }
}

#[test]
fn what_no_roster_can_be_is_refused_before_it_takes_room() {
    let read = |bytes: &[u8]| match merge(RosterSubject::Operators, bytes, &files(), true) {
        Err(Unmerged::Unreadable(why)) => why,
        other => panic!("{other:?}"),
    };
    assert_eq!(read(b""), UnreadableSheet::Empty);
    assert_eq!(read(&vec![b'a'; MOST_BYTES + 1]), UnreadableSheet::TooLong);
    assert_eq!(read(b"account\n\xff\xff\xff"), UnreadableSheet::Encoding);
    assert_eq!(read(b"account\0"), UnreadableSheet::Encoding);
    assert_eq!(read(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"), UnreadableSheet::OldWorkbook);
    let many = format!("account\n{}", "a\n".repeat(10_001));
    assert_eq!(read(many.as_bytes()), UnreadableSheet::TooManyRows);
    let wide = format!("account\n{}x\n", ",".repeat(100));
    assert_eq!(read(wide.as_bytes()), UnreadableSheet::TooManyCells { row: 2 });
    assert!(matches!(read(b"PK\x03\x04 and no more"), UnreadableSheet::Damaged(_)));
}
