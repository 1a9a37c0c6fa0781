//! `policy test`: runs the `[[test]]` tables that stand beside the policies.

use super::super::out::Out;
use super::super::run::Failure;
use super::Setting;

pub(super) async fn test(_dir: &std::path::Path, _: &Setting, _: &Out) -> Result<(), Failure> {
    Err(Failure("not built yet".into()))
}
