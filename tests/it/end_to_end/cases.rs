//! The list of end-to-end cases: a case that is lost is a failing test.

use std::collections::BTreeSet;
use std::process::Command;

/// All cases of this room, without its name.
const CASES: [&str; 85] = [
    "argocd::argocd_shows_every_stage_as_what_it_is",
    "capacity::a_job_waits_changes_its_type_falls_back_and_finishes",
    "capacity::a_person_falls_back_by_an_edit_and_contradictions_are_refused",
    "capacity::a_suspension_in_the_middle_of_a_fallback_holds_and_the_fallback_is_kept",
    "capacity::a_target_is_met_on_demand_when_spot_does_not_come_in_time",
    "capacity::many_interruptions_lead_to_another_type_and_without_one_to_failure",
    "capacity::spot_only_goes_round_and_is_never_on_demand",
    "cases::no_case_is_lost",
    "chart::the_chart_passes_the_strict_linter_and_has_the_crd_byte_for_byte",
    "chart::the_rendered_chart_runs_a_job_under_its_own_service_account",
    "crashes::killed_after_the_acknowledgement",
    "crashes::killed_before_the_commit_of_the_intent",
    "crashes::killed_between_the_commit_and_the_request",
    "crashes::killed_between_the_execution_and_the_reply",
    "crashes::killed_while_a_stop_is_on_its_way",
    "crashes::killed_while_the_request_is_on_its_way_and_arrives_first",
    "definitions::a_crd_that_is_older_or_removed_shows_without_any_object",
    "definitions::a_damaged_status_is_shown_and_recovers_once_it_is_removed",
    "definitions::a_missing_crd_is_waited_for",
    "definitions::an_unreadable_spec_stalls_its_object_and_no_other",
    "definitions::plain_kubectl_applies_the_crd",
    "definitions::with_an_older_crd_nothing_is_created",
    "deletion::a_job_that_somebody_else_stops_has_failed",
    "deletion::a_live_job_is_stopped_at_every_moment_before_its_object_goes",
    "deletion::a_stop_that_aws_denies_holds_the_object_until_it_is_orphaned",
    "deletion::an_object_deleted_after_a_lost_reply_leaves_no_job",
    "deletion::an_object_deleted_before_its_create_goes_without_aws_and_never_has_a_job",
    "deletion::an_object_deleted_while_it_waits_or_stops_goes",
    "deletion::an_object_deleted_while_its_create_is_under_way_leaves_no_job",
    "deletion::an_on_demand_job_runs_without_spot",
    "deletion::an_orphan_is_left_running",
    "deletion::without_a_live_job_an_object_goes_at_once",
    "drift::every_example_runs_and_nothing_drifts",
    "import::kubectl_reads_what_import_means",
    "import::plan_and_import_read_yaml_as_kubectl_does",
    "labels::an_object_that_leaves_the_selector_is_warned_about_and_can_still_be_deleted",
    "leaders::a_killed_leader_is_followed_by_the_other_and_its_job_goes_on",
    "leaders::a_leader_that_is_told_to_end_gives_the_lease_back",
    "leaders::a_leader_whose_lease_is_taken_ends_with_code_3",
    "life::after_the_end_nothing_more_is_asked_or_written",
    "life::an_interrupted_job_succeeds_with_the_right_totals",
    "life::kubectl_wait_ends_on_success_and_on_failure",
    "mistakes::metadata_is_judged_alike",
    "mistakes::the_apiserver_accepts_what_is_right",
    "mistakes::the_apiserver_says_what_is_wrong_and_what_to_do",
    "outages::an_apiserver_that_is_gone_for_a_while_costs_nothing",
    "outages::an_endpoint_that_is_gone_for_a_while_changes_nothing",
    "parity::the_apiserver_in_memory_behaves_as_the_real_one",
    "policies::a_finalizer_that_a_policy_refuses_is_shown_and_nothing_is_started",
    "policies::a_release_that_a_policy_refuses_is_shown_and_waits",
    "policies::a_status_that_a_policy_refuses_in_part_is_written_without_that_part",
    "policies::a_status_that_is_refused_altogether_holds_back_neither_stop_nor_release",
    "policies::an_end_that_no_status_may_say_is_said_when_it_may",
    "policies::what_others_write_into_our_fields_is_repaired_and_removed",
    "refusals::a_name_that_is_taken_stalls_the_object_and_is_left_alone",
    "refusals::a_used_up_quota_is_waited_for_with_one_probe",
    "refusals::refusals_of_permission_are_said_and_heal",
    "refusals::without_credentials_the_operator_runs_and_says_so",
    "replies::a_create_whose_reply_is_lost_is_sent_again_and_accepted_once",
    "replies::throttling_after_lost_replies_changes_nothing",
    "request::the_request_is_the_template_plus_the_operators_own_values",
    "request::the_round_trip_sets_every_member_of_the_template",
    "request::what_a_template_leaves_out_is_derived",
    "retries::a_deadline_stops_the_job_and_a_ttl_removes_the_object",
    "retries::a_program_that_fails_is_tried_again_and_every_attempt_is_shown",
    "retries::a_rule_ends_what_would_fail_again_and_a_wrong_pattern_is_said_before_anything_runs",
    "retries::a_training_budget_stops_the_job_when_it_is_used_up",
    "retries::an_object_that_a_tool_keeps_outlives_its_ttl_and_one_of_another_controller_is_left_alone",
    "retries::limits_that_are_edited_hold_from_then_on",
    "retries::rules_lead_to_on_demand_and_on_from_the_checkpoint",
    "rollback::an_earlier_version_stops_and_releases_what_this_one_wrote",
    "schema::an_unknown_field_is_refused_or_pruned_as_the_user_asks",
    "schema::missing_input_is_waited_for",
    "schema::nulls_and_unknown_fields_are_told_by_every_way_to_send_them",
    "schema::wrong_values_are_refused_with_field_and_remedy",
    "settings::a_start_that_cannot_succeed_says_why",
    "settings::help_lists_every_flag_with_its_environment_variable",
    "settings::several_namespaces_are_watched_and_counted_as_one",
    "settings::the_admin_server_tells_numbers_and_changes_the_log_level",
    "settings::the_log_is_one_json_object_a_line_where_asked_for",
    "settings::wrong_settings_end_the_start_and_name_the_flag",
    "suspend::a_job_that_uploads_is_let_to_its_end",
    "suspend::a_suspended_job_stops_and_a_resumed_one_goes_on_in_a_new_attempt",
    "suspend::an_object_created_suspended_asks_nothing_of_aws",
    "suspend::the_run_is_immutable_and_the_policy_is_not",
];

#[test]
fn no_case_is_lost() {
    let binary = std::env::current_exe().unwrap();
    let output = Command::new(binary).args(["--list", "--format=terse"]).output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let existing: BTreeSet<_> = text
        .lines()
        .filter_map(|line| line.strip_prefix("end_to_end::")?.strip_suffix(": test"))
        .collect();
    let listed = BTreeSet::from(CASES);
    let lost: Vec<_> = listed.difference(&existing).collect();
    assert!(lost.is_empty(), "lost, or renamed without this list: {lost:#?}");
    let unlisted: Vec<_> = existing.difference(&listed).collect();
    assert!(unlisted.is_empty(), "add to this list: {unlisted:#?}");
}
