//! What can be asked for, without its particulars, and whose it is: help, refusals and the tests derive from here.

use crate::domain::Role;

/// Who may ask for something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Duty {
    /// Whoever is logged in.
    Everybodys,
    Of(Role),
    /// It is about this machine and its files: on the gateway's host only.
    Hosts,
}

impl Duty {
    /// Is it open to somebody of this role who came from elsewhere?
    pub fn is_of(self, role: Role) -> bool {
        match self {
            Self::Everybodys => true,
            Self::Of(needed) => needed == role,
            Self::Hosts => false,
        }
    }
}

const EVERYBODYS: Duty = Duty::Everybodys;
const HOSTS: Duty = Duty::Hosts;
const SYSTEM: Duty = Duty::Of(Role::System);
const SECURITY: Duty = Duty::Of(Role::Security);
const AUDITOR: Duty = Duty::Of(Role::Auditor);

/// A line a kind: its name, the words that people call it by, whose it is.
macro_rules! kinds {
    ($($kind:ident $words:literal $duty:ident;)*) => {
        /// A kind of request, for each thing that can be asked for.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum RequestKind {
            $($kind,)*
        }

        impl RequestKind {
            pub const ALL: &[Self] = &[$(Self::$kind,)*];

            /// Whose it is. There is no other place that says so.
            pub fn duty(self) -> Duty {
                match self {
                    $(Self::$kind => $duty,)*
                }
            }

            /// What it is called, by people and in the journal.
            pub fn words(self) -> &'static str {
                match self {
                    $(Self::$kind => $words,)*
                }
            }
        }
    };
}

kinds! {
    Whoami              "whoami"                EVERYBODYS;
    Logout              "logout"                EVERYBODYS;
    Assets              "assets"                EVERYBODYS;
    // One's own account: no request of these can name another one.
    KeysList            "keys list"             EVERYBODYS;
    KeysAdd             "keys add"              EVERYBODYS;
    KeysRemove          "keys remove"           EVERYBODYS;
    Password            "password"              EVERYBODYS;
    TotpNew             "totp new"              EVERYBODYS;
    TotpConfirm         "totp confirm"          EVERYBODYS;
    Recovery            "recovery"              EVERYBODYS;
    SessionsList        "sessions list"         EVERYBODYS;
    SessionsEnd         "sessions end"          EVERYBODYS;
    Devices             "devices"               EVERYBODYS;
    OperatorList        "operator list"         SYSTEM;
    OperatorShow        "operator show"         SYSTEM;
    OperatorImport      "operator import"       SYSTEM;
    OperatorEnrol       "operator enrol"        SYSTEM;
    OperatorInvite      "operator invite"       SYSTEM;
    OperatorDisable     "operator disable"      SYSTEM;
    OperatorLeave       "operator leave"        SYSTEM;
    OperatorEnable      "operator enable"       SYSTEM;
    OperatorUnlock      "operator unlock"       SYSTEM;
    OperatorForget      "operator forget"       SYSTEM;
    OperatorReset       "operator reset"        SYSTEM;
    SourceList          "source list"           SYSTEM;
    SourceUnblock       "source unblock"        SYSTEM;
    AssetList           "asset list"            SYSTEM;
    AssetImport         "asset import"          SYSTEM;
    AssetKey            "asset key"             SYSTEM;
    AssetTrust          "asset trust"           SYSTEM;
    AssetCheck          "asset check"           SYSTEM;
    CredentialSet       "credential set"        SYSTEM;
    CredentialList      "credential list"       SYSTEM;
    CredentialRemove    "credential remove"     SYSTEM;
    PolicyExplain       "policy explain"        SYSTEM;
    PolicyWho           "policy who"            SYSTEM;
    PolicyWhat          "policy what"           SYSTEM;
    PolicyDiff          "policy diff"           SYSTEM;
    PolicyApply         "policy apply"          SYSTEM;
    PolicyHistory       "policy history"        SYSTEM;
    PolicyShow          "policy show"           SYSTEM;
    PolicyRollback      "policy rollback"       SYSTEM;
    PolicyPlanDocument  "policy plan-document"  SYSTEM;
    LockdownPlan        "lockdown plan"         SECURITY;
    LockdownStart       "lockdown start"        SECURITY;
    LockdownStatus      "lockdown status"       SECURITY;
    LockdownAllow       "lockdown allow"        SECURITY;
    LockdownLift        "lockdown lift"         SECURITY;
    LockdownConfirm     "lockdown confirm"      SECURITY;
    LockdownCodes       "lockdown codes"        SECURITY;
    LockdownReport      "lockdown report"       SECURITY;
    // One's own devices and requests; who may do more, the deed says.
    VpnEnrol            "vpn enrol"             EVERYBODYS;
    VpnList             "vpn list"              EVERYBODYS;
    VpnForget           "vpn forget"            EVERYBODYS;
    VpnRevoke           "vpn revoke"            EVERYBODYS;
    ApproveList         "approve list"          SECURITY;
    ApproveGrant        "approve grant"         SECURITY;
    ApproveWithdraw     "approve withdraw"      EVERYBODYS;
    ApproveRefuse       "approve refuse"        SECURITY;
    AuditSessions       "audit sessions"        AUDITOR;
    AuditCommands       "audit commands"        AUDITOR;
    AuditShow           "audit show"            AUDITOR;
    AuditEvents         "audit events"          AUDITOR;
    AuditReplay         "audit replay"          AUDITOR;
    AuditExport         "audit export"          AUDITOR;
    AuditVerify         "audit verify"          AUDITOR;
    AuditCheckpoint     "audit checkpoint"      AUDITOR;
    AuditKeys           "audit keys"            AUDITOR;
    AuditProof          "audit proof"           AUDITOR;
    AuditKill           "audit kill"            SECURITY;
    ClockTrust          "clock trust"           HOSTS;
}

impl RequestKind {
    /// The kind that is called so, if one is.
    pub fn called(words: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| kind.words() == words)
    }
}
