//! Users of this machine, as the system knows them: its own, and those of a directory service (LDAP, SSSD).

use nix::unistd::{Uid, User};

/// The name of a Unix user; the number where the system knows no name. It may ask a server: not for a runtime's thread.
pub fn user_name(uid: u32) -> String {
    let user = User::from_uid(Uid::from_raw(uid)).ok().flatten();
    user.map_or_else(|| uid.to_string(), |user| user.name)
}

#[cfg(test)]
mod tests {
    use super::user_name;

    #[test]
    fn the_system_knows_its_users() {
        assert_eq!(user_name(0), "root");
        assert_eq!(user_name(3_999_999_999), "3999999999");
    }
}
