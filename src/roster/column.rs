//! The columns that a roster may have, by the words that people head them with.

use serde::Serialize;

use crate::diagnostic::suggest::closest;
use crate::domain::halfwidth;

/// What a roster is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum RosterSubject {
    Operators,
    Assets,
}

impl RosterSubject {
    /// The table of the policy files.
    pub(super) fn table(self) -> &'static str {
        match self {
            Self::Operators => "operator",
            Self::Assets => "asset",
        }
    }

    /// The file that takes what no other has yet.
    pub fn file(self) -> &'static str {
        match self {
            Self::Operators => "operators-imported.toml",
            Self::Assets => "assets-imported.toml",
        }
    }

    pub(super) fn columns(self) -> &'static [Named] {
        match self {
            Self::Operators => OPERATORS,
            Self::Assets => ASSETS,
        }
    }
}

/// One column.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Column {
    /// The name by which the policy knows it.
    Name,
    Display,
    Vendor,
    Groups,
    From,
    Until,
    Contact,
    Address,
    Port,
    Danger,
    Logins,
    Schedule,
    /// For the people who keep the sheet: numbers, remarks.
    Left,
}

/// A column, and the words for it: the first two are those that mends name.
pub(super) type Named = (Column, &'static [&'static str]);

const LEFT: Named = (
    Column::Left,
    &["remark", "备注", "no", "number", "序号", "编号", "remarks", "note", "notes", "comment", "说明", "#"],
);

const OPERATORS: &[Named] = &[
    (
        Column::Name,
        &[
            "account",
            "账号",
            "operator",
            "username",
            "user",
            "login",
            "帐号",
            "用户名",
            "登录名",
            "账户",
            "帐户",
            "账号名",
        ],
    ),
    (
        Column::Display,
        &["name", "姓名", "displayname", "fullname", "realname", "显示名", "真实姓名", "名称", "人员姓名"],
    ),
    (
        Column::Vendor,
        &["vendor", "厂商", "company", "supplier", "供应商", "公司", "单位", "所属单位", "所属厂商"],
    ),
    (Column::Groups, &["groups", "组", "group", "用户组", "账号组", "分组", "所属组"]),
    (
        Column::From,
        &[
            "validfrom",
            "有效期起",
            "from",
            "start",
            "startdate",
            "begin",
            "生效日期",
            "开始日期",
            "起始日期",
            "有效期开始",
            "有效期自",
        ],
    ),
    (
        Column::Until,
        &[
            "validuntil",
            "有效期止",
            "until",
            "end",
            "enddate",
            "expires",
            "expiry",
            "validto",
            "失效日期",
            "到期日期",
            "结束日期",
            "截止日期",
            "有效期至",
            "有效期结束",
            "到期日",
        ],
    ),
    (
        Column::Contact,
        &[
            "contact",
            "联系方式",
            "phone",
            "mobile",
            "email",
            "mail",
            "联系电话",
            "手机",
            "手机号",
            "电话",
            "邮箱",
            "电子邮件",
        ],
    ),
    LEFT,
];

const ASSETS: &[Named] = &[
    (Column::Name, &["name", "名称", "asset", "hostname", "资产", "资产名", "资产名称", "主机名"]),
    (
        Column::Address,
        &["address", "地址", "host", "ip", "ipaddress", "ip地址", "主机", "主机地址", "管理ip"],
    ),
    (Column::Port, &["port", "端口", "sshport", "ssh端口", "端口号"]),
    (Column::Groups, &["groups", "组", "group", "资产组", "分组", "所属组"]),
    (Column::Danger, &["danger", "危险等级", "dangerlevel", "危险级别", "风险等级"]),
    (
        Column::Logins,
        &["logins", "登录账号", "login", "account", "accounts", "系统账号", "主机账号", "登录帐号"],
    ),
    (Column::Schedule, &["schedule", "时间规定", "开放时间", "时间表", "时段"]),
    LEFT,
];

/// A head as it is compared: without blanks, marks and what stands in parentheses.
fn plain_head(text: &str) -> String {
    let text = halfwidth(text).to_lowercase();
    let text = text.split(['(', '[', ':']).next().unwrap_or_default();
    let text: String = text.chars().filter(|c| c.is_alphanumeric() || *c == '#').collect();
    if text.len() > 1 { text.trim_end_matches('#').to_owned() } else { text }
}

/// The column with this head.
pub(super) fn column(subject: RosterSubject, head: &str) -> Option<Column> {
    let head = plain_head(head);
    let named = subject.columns().iter().find(|(_, words)| words.contains(&head.as_str()));
    named.map(|(column, _)| *column)
}

/// The word that was probably meant by a head that names no column.
pub(super) fn nearest(subject: RosterSubject, head: &str) -> Option<&'static str> {
    closest(&plain_head(head), subject.columns().iter().flat_map(|(_, words)| words.iter().copied()))
}

/// The columns as mends name them: `account/账号`.
pub(super) fn all(subject: RosterSubject) -> String {
    let named = subject.columns().iter().filter_map(|(_, words)| words.get(..2).map(|two| two.join("/")));
    named.collect::<Vec<_>>().join(", ")
}

/// A column as mends name it.
pub(super) fn shown(subject: RosterSubject, column: Column) -> String {
    let words =
        subject.columns().iter().find(|(other, _)| *other == column).and_then(|(_, words)| words.get(..2));
    words.map(|two| two.join("/")).unwrap_or_default()
}
