//! What holds of a store, whichever database it is: functions over a store, a file for each subject. A backend runs all
//! of them by one line at the end.

mod accounts;
mod clock;
mod commands;
mod credentials;
mod devices;
mod factors;
mod homes;
mod host_keys;
mod invitations;
pub(super) mod journal;
mod lockdowns;
mod log;
mod logins;
mod pages;
mod policies;
mod sessions;
mod whole;

macro_rules! cases {
    ($backend:ident, $open:path; $($subject:ident { $($case:ident,)* })*) => {
        mod $backend {
            $(mod $subject {
                $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn $case() {
                    let store = $open().await;
                    super::super::$subject::$case(&store).await;
                })*
            })*
        }
    };
}

macro_rules! contract {
    ($backend:ident, $open:path) => {
        cases! { $backend, $open;
            accounts {
                the_first_reason_stays_until_enabled,
                the_list_goes_by_pages,
            }
            clock {
                the_latest_row_counts_until_somebody_knows_better,
            }
            commands {
                what_was_approved_before_says_by_whom,
                commands_are_found_and_counted,
                an_answer_stands_beside_its_command,
            }
            credentials {
                one_credential_a_login,
                the_list_goes_by_pages,
            }
            devices {
                a_device_reads_back_and_its_revocation_too,
                an_operator_has_so_many_of_a_kind,
                a_name_is_free_again_once_revoked_and_a_key_never,
                enrolments_side_by_side_share_neither_the_last_place_nor_an_address,
                the_lists_go_by_pages,
            }
            factors {
                of_two_who_take_a_key_one_has_it,
                what_is_not_given_stays,
                a_code_is_accepted_once_by_two_logins_at_once,
                a_new_secret_brings_its_kind_and_counts_anew,
                a_security_key_that_counts_never_counts_back,
                an_account_has_so_many_keys,
                whose_make_a_key_is_stays_with_it_and_waits_with_it,
                the_last_seat_is_given_once,
                failures_in_a_row_lock,
                places_are_taken_before_anything_is_looked_at,
                what_is_right_gives_its_place_back_and_nobody_elses,
                each_way_in_is_locked_apart,
                what_is_guessed_elsewhere_locks_nobody_at_home,
                the_lists_go_by_pages,
            }
            homes {
                a_home_is_kept_once_and_the_oldest_gives_way,
            }
            host_keys {
                only_the_first_key_is_taken_on_trust,
            }
            invitations {
                a_new_one_takes_the_place_of_the_last,
                all_that_came_of_one_is_kept_or_nothing,
                one_of_two_side_by_side_is_redeemed,
                a_recovery_code_works_once_and_for_its_account,
                one_factor_is_taken_away_and_the_others_stay,
                the_last_passwords_are_kept,
                what_an_account_changes_of_its_own_leaves_whose_hand_it_was,
                what_was_begun_ends_with_the_factors_that_it_was_begun_for,
                an_enrolment_that_was_overtaken_adds_nothing,
                a_new_secret_leaves_no_recovery_code,
                the_list_goes_by_pages,
            }
            journal {
                what_is_found_is_what_reading_everything_finds,
                a_name_that_was_only_typed_is_found_by_the_name,
                writers_follow_one_head,
                a_search_goes_on_where_it_was,
            }
            lockdowns {
                an_order_stays_as_it_was_given_whatever_becomes_of_it,
                what_two_people_order_is_done_once,
                what_nobody_confirms_lapses_once,
                permits_are_kept_when_they_are_over,
                a_code_works_once_and_for_its_account,
                the_lists_go_by_pages,
            }
            log {
                the_log_has_what_the_journal_has,
                checkpoints_are_kept_in_order,
            }
            logins {
                the_last_login_is_what_the_journal_told_last,
                the_list_goes_by_pages,
            }
            policies {
                a_version_is_in_force_by_its_row_in_the_journal,
            }
            sessions {
                filters_narrow_and_the_newest_is_last,
                the_limit_counts_after_the_scope,
                what_has_not_ended_is_left_open,
                a_session_is_found_by_the_beginning_of_its_id_or_of_a_recordings,
                the_lists_go_by_pages,
                a_search_goes_on_where_it_was,
            }
            whole {
                questions_can_be_asked_from_a_session,
                abandoned_writes_leave_the_writer_usable,
            }
        }
    };
}

contract!(sqlite, crate::store::testing::store);
