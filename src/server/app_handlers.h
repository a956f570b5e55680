// The handlers of the page's API, one file a kind of thing; docs/api.md says what each takes and
// gives.
#pragma once

#include "server/app_call.h"

namespace falconet {

Result<HttpResponse> get_session(AppCall& call);

Result<HttpResponse> post_sign_up(AppCall& call);
Result<HttpResponse> post_log_in(AppCall& call);
Result<HttpResponse> post_log_out(AppCall& call);
Result<HttpResponse> post_password(AppCall& call);
Result<HttpResponse> patch_account(AppCall& call);
Result<HttpResponse> remove_account(AppCall& call);
Result<HttpResponse> post_totp(AppCall& call);
Result<HttpResponse> post_totp_confirm(AppCall& call);
Result<HttpResponse> remove_totp(AppCall& call);
Result<HttpResponse> post_oidc_start(AppCall& call);
Result<HttpResponse> get_oidc_callback(AppCall& call);
Result<HttpResponse> post_oidc_link(AppCall& call);
Result<HttpResponse> remove_oidc_link(AppCall& call);
Result<HttpResponse> get_sessions(AppCall& call);
Result<HttpResponse> remove_session(AppCall& call);

Result<HttpResponse> get_users(AppCall& call);
Result<HttpResponse> post_user(AppCall& call);
Result<HttpResponse> patch_user(AppCall& call);
Result<HttpResponse> remove_user(AppCall& call);
Result<HttpResponse> get_invitations(AppCall& call);
Result<HttpResponse> post_invitation(AppCall& call);
Result<HttpResponse> remove_invitation(AppCall& call);
Result<HttpResponse> get_policy(AppCall& call);
Result<HttpResponse> patch_policy(AppCall& call);
Result<HttpResponse> get_audit(AppCall& call);

Result<HttpResponse> get_settings(AppCall& call);
Result<HttpResponse> patch_settings(AppCall& call);

Result<HttpResponse> get_conversations(AppCall& call);
Result<HttpResponse> search_conversations(AppCall& call);
Result<HttpResponse> post_conversation(AppCall& call);
Result<HttpResponse> get_conversation(AppCall& call);
Result<HttpResponse> patch_conversation(AppCall& call);
Result<HttpResponse> remove_conversation(AppCall& call);

Result<HttpResponse> post_message(AppCall& call);
Result<HttpResponse> remove_message(AppCall& call);
Result<HttpResponse> put_rating(AppCall& call);
Result<HttpResponse> post_probe(AppCall& call);
Result<HttpResponse> post_signal(AppCall& call);

Result<HttpResponse> get_analysis(AppCall& call);
Result<HttpResponse> get_report(AppCall& call);
Result<HttpResponse> get_comments(AppCall& call);
Result<HttpResponse> get_feedback_settings(AppCall& call);
Result<HttpResponse> patch_feedback_settings(AppCall& call);
Result<HttpResponse> get_experiments(AppCall& call);
Result<HttpResponse> post_experiment(AppCall& call);
Result<HttpResponse> end_experiment_early(AppCall& call);
Result<HttpResponse> get_changes(AppCall& call);
Result<HttpResponse> post_change(AppCall& call);
Result<HttpResponse> remove_change(AppCall& call);

Result<HttpResponse> get_rubrics(AppCall& call);
Result<HttpResponse> put_rubric(AppCall& call);
Result<HttpResponse> get_samples(AppCall& call);
Result<HttpResponse> post_sample(AppCall& call);
Result<HttpResponse> get_sample(AppCall& call);
Result<HttpResponse> remove_sample(AppCall& call);
Result<HttpResponse> get_differences(AppCall& call);
Result<HttpResponse> put_decision(AppCall& call);
Result<HttpResponse> post_program_codings(AppCall& call);

Result<HttpResponse> get_trials(AppCall& call);
Result<HttpResponse> get_trial_items(AppCall& call);
Result<HttpResponse> post_trial(AppCall& call);
Result<HttpResponse> post_trial_stop(AppCall& call);
Result<HttpResponse> remove_trial(AppCall& call);
Result<HttpResponse> get_judging(AppCall& call);
Result<HttpResponse> post_judging(AppCall& call);
Result<HttpResponse> post_judging_stop(AppCall& call);

Result<HttpResponse> get_coding_queues(AppCall& call);
Result<HttpResponse> post_next_item(AppCall& call);
Result<HttpResponse> post_undo_coding(AppCall& call);
Result<HttpResponse> put_coding(AppCall& call);

Result<HttpResponse> get_interviews(AppCall& call);
Result<HttpResponse> post_interview(AppCall& call);
Result<HttpResponse> get_interview(AppCall& call);
Result<HttpResponse> patch_interview(AppCall& call);
Result<HttpResponse> remove_interview(AppCall& call);
Result<HttpResponse> post_span(AppCall& call);
Result<HttpResponse> remove_span(AppCall& call);
Result<HttpResponse> get_interview_codes(AppCall& call);
Result<HttpResponse> post_interview_code(AppCall& call);
Result<HttpResponse> patch_interview_code(AppCall& call);
Result<HttpResponse> post_code_merge(AppCall& call);
Result<HttpResponse> post_code_split(AppCall& call);

Result<HttpResponse> get_model_fetch(AppCall& call);
Result<HttpResponse> post_model_fetch(AppCall& call);

Result<HttpResponse> get_endpoints(AppCall& call);
Result<HttpResponse> post_endpoint(AppCall& call);
Result<HttpResponse> patch_endpoint(AppCall& call);
Result<HttpResponse> remove_endpoint(AppCall& call);
Result<HttpResponse> post_endpoint_test(AppCall& call);

Result<HttpResponse> get_folders(AppCall& call);
Result<HttpResponse> post_folder(AppCall& call);
Result<HttpResponse> patch_folder(AppCall& call);
Result<HttpResponse> remove_folder(AppCall& call);

Result<HttpResponse> get_prompts(AppCall& call);
Result<HttpResponse> post_prompt(AppCall& call);
Result<HttpResponse> patch_prompt(AppCall& call);
Result<HttpResponse> remove_prompt(AppCall& call);

Result<HttpResponse> get_share(AppCall& call);
Result<HttpResponse> post_share(AppCall& call);
Result<HttpResponse> remove_share(AppCall& call);
Result<HttpResponse> get_shared(AppCall& call);

Result<HttpResponse> post_count(AppCall& call);
Result<HttpResponse> get_export(AppCall& call);
Result<HttpResponse> post_import(AppCall& call);

Result<HttpResponse> post_generation(AppCall& call);
Result<HttpResponse> get_generations(AppCall& call);
Result<HttpResponse> stop_generation(AppCall& call);
Result<HttpResponse> put_comparison(AppCall& call);

}  // namespace falconet
