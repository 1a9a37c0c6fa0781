//! The code of a moment.

use super::stage::Stage;

/// Seconds that a code lasts.
pub(super) const STEP: u64 = 30;

/// The code of this moment, and for how many seconds it is that.
pub(super) fn now(stage: &Stage) -> (String, u64) {
    let second = stage.second();
    (stage.secret().code(second / STEP), STEP - second % STEP)
}
