#include "server/routes.h"

#include <algorithm>
#include <array>
#include <utility>

#include "server/access.h"
#include "server/app_events.h"
#include "server/app_handlers.h"
#include "server/completion_run.h"
#include "server/errors.h"
#include "server/metrics.h"
#include "server/on_worker.h"
#include "server/openai.h"
#include "server/page.h"
#include "server/status.h"
#include "server/study_handlers.h"

namespace falconet {
namespace {

using Handler = asio::awaitable<void> (*)(Service&, HttpExchange&);

/// A handler that has its answer at once.
template <Result<HttpResponse> (*answer)(Service&, const HttpRequest&)>
asio::awaitable<void> at_once(Service& service, HttpExchange& exchange) {
  Result<HttpResponse> result = answer(service, exchange.request());
  HttpResponse response = result ? *std::move(result) : error_response(result.error());
  co_await exchange.respond(std::move(response));
}

/// A handler that has to think, or to call a model's tokenizer.
template <Result<HttpResponse> (*answer)(Service&, const HttpRequest&)>
asio::awaitable<void> on_worker(Service& service, HttpExchange& exchange) {
  Result<HttpResponse> result =
      co_await run_on_worker(service, [&] { return answer(service, exchange.request()); });
  HttpResponse response = result ? *std::move(result) : error_response(result.error());
  co_await exchange.respond(std::move(response));
}

/// A handler that has a model write its answer.
template <Result<StartedResponse> (*start)(Service&, const HttpRequest&)>
asio::awaitable<void> completion(Service& service, HttpExchange& exchange) {
  Result<StartedResponse> started =
      co_await run_on_worker(service, [&] { return start(service, exchange.request()); });
  if (started) {
    co_await send_completions(exchange, *std::move(started));
    co_return;
  }
  HttpResponse refusal = error_response(started.error());
  co_await exchange.respond(std::move(refusal));
}

/// A handler of the page's API: every one of them asks the database.
template <AppHandler answer, Admission admission = Admission::User>
asio::awaitable<void> app(Service& service, HttpExchange& exchange) {
  HttpResponse response = co_await run_on_worker(
      service, [&] { return answer_app_call(service, exchange.request(), answer, admission); });
  co_await exchange.respond(std::move(response));
}

/// One that hashes a password.
template <AppHandler answer, Admission admission>
asio::awaitable<void> hashing(Service& service, HttpExchange& exchange) {
  HttpResponse response = co_await run_in(service.hasher, [&] {
    return answer_app_call(service, exchange.request(), answer, admission);
  });
  co_await exchange.respond(std::move(response));
}

/// One that waits for another server.
template <AppHandler answer, Admission admission>
asio::awaitable<void> outside(Service& service, HttpExchange& exchange) {
  HttpResponse response = co_await run_in(service.outside, [&] {
    return answer_app_call(service, exchange.request(), answer, admission);
  });
  co_await exchange.respond(std::move(response));
}

struct Route {
  std::string_view method;  // GET serves HEAD as well
  std::string_view path;    // ending in "/*": everything below; "ID": any one part
  Handler handler;
};

constexpr std::array kRoutes = {
    Route{"GET", "/health", at_once<health>},
    Route{"GET", "/ping", at_once<ping>},
    Route{"POST", "/ping", at_once<ping>},
    Route{"GET", "/version", at_once<version>},
    Route{"GET", "/metrics", on_worker<metrics>},
    Route{"GET", "/v1/models", at_once<list_models>},
    Route{"GET", "/v1/models/*", at_once<retrieve_model>},
    Route{"POST", "/v1/chat/completions", completion<start_chat>},
    Route{"POST", "/v1/completions", completion<start_text>},
    Route{"POST", "/tokenize", on_worker<tokenize>},
    Route{"POST", "/detokenize", on_worker<detokenize>},
    Route{"GET", "/", at_once<page>},
    Route{"GET", "/c/*", at_once<page>},
    Route{"GET", "/s/*", at_once<page>},
    Route{"GET", "/join/*", at_once<page>},
    Route{"GET", "/survey/*", at_once<page>},
    Route{"GET", "/interview/*", at_once<page>},
    Route{"GET", "/sw.js", at_once<page>},
    Route{"GET", "/frame.html", at_once<page>},
    Route{"GET", "/assets/*", at_once<page>},
    Route{"GET", "/api/app/session", app<get_session, Admission::Anyone>},
    Route{"POST", "/api/app/sign-up", hashing<post_sign_up, Admission::Stranger>},
    Route{"POST", "/api/app/log-in", hashing<post_log_in, Admission::Stranger>},
    Route{"POST", "/api/app/log-out", app<post_log_out, Admission::Stranger>},
    Route{"POST", "/api/app/password", hashing<post_password, Admission::NewPassword>},
    Route{"PATCH", "/api/app/account", app<patch_account, Admission::Account>},
    Route{"DELETE", "/api/app/account", hashing<remove_account, Admission::Account>},
    Route{"POST", "/api/app/totp", hashing<post_totp, Admission::Account>},
    Route{"POST", "/api/app/totp/confirm", app<post_totp_confirm, Admission::Account>},
    Route{"DELETE", "/api/app/totp", hashing<remove_totp, Admission::Account>},
    Route{"POST", "/api/app/oidc/start", outside<post_oidc_start, Admission::Stranger>},
    Route{"GET", "/api/app/oidc/callback", outside<get_oidc_callback, Admission::Stranger>},
    Route{"POST", "/api/app/oidc/link", hashing<post_oidc_link, Admission::Account>},
    Route{"DELETE", "/api/app/oidc/link", app<remove_oidc_link, Admission::Account>},
    Route{"GET", "/api/app/sessions", app<get_sessions, Admission::Account>},
    Route{"DELETE", "/api/app/sessions/ID", app<remove_session, Admission::Account>},
    Route{"GET", "/api/app/users", app<get_users, Admission::Administrator>},
    Route{"POST", "/api/app/users", hashing<post_user, Admission::Administrator>},
    Route{"PATCH", "/api/app/users/ID", hashing<patch_user, Admission::Administrator>},
    Route{"DELETE", "/api/app/users/ID", app<remove_user, Admission::Administrator>},
    Route{"GET", "/api/app/invitations", app<get_invitations, Admission::Administrator>},
    Route{"POST", "/api/app/invitations", app<post_invitation, Admission::Administrator>},
    Route{"DELETE", "/api/app/invitations/ID", app<remove_invitation, Admission::Administrator>},
    Route{"GET", "/api/app/policy", app<get_policy, Admission::Administrator>},
    Route{"PATCH", "/api/app/policy", app<patch_policy, Admission::Administrator>},
    Route{"GET", "/api/app/audit", app<get_audit, Admission::Administrator>},
    Route{"GET", "/api/app/settings", app<get_settings>},
    Route{"PATCH", "/api/app/settings", app<patch_settings>},
    Route{"GET", "/api/app/conversations", app<get_conversations>},
    Route{"POST", "/api/app/conversations", app<post_conversation>},
    Route{"GET", "/api/app/conversations/search", app<search_conversations>},
    Route{"GET", "/api/app/conversations/ID", app<get_conversation>},
    Route{"PATCH", "/api/app/conversations/ID", app<patch_conversation>},
    Route{"DELETE", "/api/app/conversations/ID", app<remove_conversation>},
    Route{"POST", "/api/app/conversations/ID/messages", app<post_message>},
    Route{"POST", "/api/app/conversations/ID/generations", app<post_generation>},
    Route{"DELETE", "/api/app/messages/ID", app<remove_message>},
    Route{"PUT", "/api/app/messages/ID/rating", app<put_rating>},
    Route{"PUT", "/api/app/comparisons/ID", app<put_comparison>},
    Route{"POST", "/api/app/messages/ID/probe", app<post_probe>},
    Route{"POST", "/api/app/messages/ID/signals", app<post_signal>},
    Route{"GET", "/api/app/generations", app<get_generations>},
    Route{"GET", "/api/app/generations/ID/events", stream_generation},
    Route{"POST", "/api/app/generations/ID/stop", app<stop_generation>},
    Route{"GET", "/api/app/models/fetch", app<get_model_fetch>},
    Route{"POST", "/api/app/models/fetch", app<post_model_fetch>},
    Route{"GET", "/api/app/endpoints", app<get_endpoints, Admission::Keeper>},
    Route{"POST", "/api/app/endpoints", outside<post_endpoint, Admission::Keeper>},
    Route{"POST", "/api/app/endpoints/test", outside<post_endpoint_test, Admission::Keeper>},
    Route{"PATCH", "/api/app/endpoints/ID", outside<patch_endpoint, Admission::Keeper>},
    Route{"DELETE", "/api/app/endpoints/ID", outside<remove_endpoint, Admission::Keeper>},
    Route{"GET", "/api/app/folders", app<get_folders>},
    Route{"POST", "/api/app/folders", app<post_folder>},
    Route{"PATCH", "/api/app/folders/ID", app<patch_folder>},
    Route{"DELETE", "/api/app/folders/ID", app<remove_folder>},
    Route{"GET", "/api/app/prompts", app<get_prompts>},
    Route{"POST", "/api/app/prompts", app<post_prompt>},
    Route{"PATCH", "/api/app/prompts/ID", app<patch_prompt>},
    Route{"DELETE", "/api/app/prompts/ID", app<remove_prompt>},
    Route{"GET", "/api/app/conversations/ID/share", app<get_share>},
    Route{"POST", "/api/app/conversations/ID/share", app<post_share>},
    Route{"DELETE", "/api/app/conversations/ID/share", app<remove_share>},
    Route{"GET", "/api/app/shared/ID", app<get_shared, Admission::Anyone>},
    Route{"POST", "/api/app/count", app<post_count>},
    Route{"GET", "/api/feedback/analysis", app<get_analysis, Admission::Researcher>},
    Route{"GET", "/api/feedback/report", app<get_report, Admission::Researcher>},
    Route{"GET", "/api/feedback/comments", app<get_comments, Admission::Researcher>},
    Route{"GET", "/api/feedback/settings", app<get_feedback_settings, Admission::Researcher>},
    Route{"PATCH", "/api/feedback/settings", app<patch_feedback_settings, Admission::Researcher>},
    Route{"GET", "/api/feedback/experiments", app<get_experiments, Admission::Researcher>},
    Route{"POST", "/api/feedback/experiments", app<post_experiment, Admission::Researcher>},
    Route{"POST", "/api/feedback/experiments/ID/end",
          app<end_experiment_early, Admission::Researcher>},
    Route{"GET", "/api/feedback/trials", app<get_trials, Admission::Researcher>},
    Route{"POST", "/api/feedback/trials", app<post_trial, Admission::Researcher>},
    Route{"GET", "/api/feedback/trials/items", app<get_trial_items, Admission::Researcher>},
    Route{"POST", "/api/feedback/trials/stop", app<post_trial_stop, Admission::Researcher>},
    Route{"DELETE", "/api/feedback/trials/ID", app<remove_trial, Admission::Researcher>},
    Route{"GET", "/api/app/changes", app<get_changes>},
    Route{"POST", "/api/feedback/changes", app<post_change, Admission::Researcher>},
    Route{"DELETE", "/api/feedback/changes/ID", app<remove_change, Admission::Researcher>},
    Route{"GET", "/api/feedback/studies", app<get_studies, Admission::Researcher>},
    Route{"POST", "/api/feedback/studies", app<post_study, Admission::Researcher>},
    Route{"GET", "/api/feedback/studies/ID", app<get_study, Admission::Researcher>},
    Route{"PATCH", "/api/feedback/studies/ID", app<patch_study, Admission::Researcher>},
    Route{"DELETE", "/api/feedback/studies/ID", app<remove_study, Admission::Researcher>},
    Route{"POST", "/api/feedback/studies/ID/start", app<post_study_start, Admission::Researcher>},
    Route{"POST", "/api/feedback/studies/ID/end", app<post_study_end, Admission::Researcher>},
    Route{"PUT", "/api/feedback/studies/ID/consent", app<put_consent_text, Admission::Researcher>},
    Route{"GET", "/api/feedback/studies/ID/protocol",
          app<get_study_protocol, Admission::Researcher>},
    Route{"GET", "/api/feedback/studies/ID/progress",
          app<get_study_progress, Admission::Researcher>},
    Route{"GET", "/api/feedback/studies/ID/participants",
          app<get_study_participants, Admission::Researcher>},
    Route{"GET", "/api/feedback/studies/ID/links", app<get_study_links, Admission::Researcher>},
    Route{"POST", "/api/feedback/studies/ID/links", app<post_study_link, Admission::Researcher>},
    Route{"DELETE", "/api/feedback/study-links/ID", app<remove_study_link, Admission::Researcher>},
    Route{"GET", "/api/feedback/studies/ID/questionnaires",
          app<get_questionnaires, Admission::Researcher>},
    Route{"POST", "/api/feedback/studies/ID/questionnaires",
          app<post_questionnaire, Admission::Researcher>},
    Route{"PATCH", "/api/feedback/questionnaires/ID",
          app<patch_questionnaire, Admission::Researcher>},
    Route{"DELETE", "/api/feedback/questionnaires/ID",
          app<remove_questionnaire, Admission::Researcher>},
    Route{"GET", "/api/feedback/questionnaires/ID/answers",
          app<get_questionnaire_answers, Admission::Researcher>},
    Route{"GET", "/api/feedback/questionnaire-templates",
          app<get_questionnaire_templates, Admission::Researcher>},
    Route{"GET", "/api/feedback/studies/ID/interview-guide",
          app<get_interview_guide, Admission::Researcher>},
    Route{"PUT", "/api/feedback/studies/ID/interview-guide",
          app<put_interview_guide, Admission::Researcher>},
    Route{"GET", "/api/app/participations", app<get_participations>},
    Route{"POST", "/api/app/participations", app<post_participation>},
    Route{"PATCH", "/api/app/participations/ID", app<patch_participation>},
    Route{"DELETE", "/api/app/participations/ID", app<remove_participation>},
    Route{"GET", "/api/app/participations/ID/interview", app<get_chat_interview>},
    Route{"POST", "/api/app/participations/ID/interview", app<post_chat_interview>},
    Route{"POST", "/api/app/participations/ID/interview/turns", app<post_interview_turn>},
    Route{"GET", "/api/app/questionnaires/ID", app<get_questionnaire>},
    Route{"PUT", "/api/app/questionnaires/ID", app<put_questionnaire>},
    Route{"GET", "/api/app/study-links/ID", app<get_study_invitation, Admission::Anyone>},
    Route{"POST", "/api/app/study-links/ID/respondents", app<post_respondent, Admission::Anyone>},
    Route{"GET", "/api/app/respondents/ID", app<get_respondent, Admission::Anyone>},
    Route{"PUT", "/api/app/respondents/ID", app<put_respondent, Admission::Anyone>},
    Route{"DELETE", "/api/app/respondents/ID", app<remove_respondent, Admission::Anyone>},
    Route{"GET", "/api/feedback/rubrics", app<get_rubrics, Admission::Researcher>},
    Route{"PUT", "/api/feedback/rubrics/ID", app<put_rubric, Admission::Researcher>},
    Route{"GET", "/api/feedback/samples", app<get_samples, Admission::Researcher>},
    Route{"POST", "/api/feedback/samples", app<post_sample, Admission::Researcher>},
    Route{"GET", "/api/feedback/samples/ID", app<get_sample, Admission::Researcher>},
    Route{"DELETE", "/api/feedback/samples/ID", app<remove_sample, Admission::Researcher>},
    Route{"GET", "/api/feedback/samples/ID/differences",
          app<get_differences, Admission::Researcher>},
    Route{"POST", "/api/feedback/samples/ID/codings",
          app<post_program_codings, Admission::Researcher>},
    Route{"POST", "/api/feedback/samples/ID/judging", app<post_judging, Admission::Researcher>},
    Route{"GET", "/api/feedback/judging", app<get_judging, Admission::Researcher>},
    Route{"POST", "/api/feedback/judging/stop", app<post_judging_stop, Admission::Researcher>},
    Route{"PUT", "/api/feedback/items/ID/decision", app<put_decision, Admission::Researcher>},
    Route{"GET", "/api/feedback/queues", app<get_coding_queues, Admission::Annotator>},
    Route{"POST", "/api/feedback/queues/ID/next", app<post_next_item, Admission::Annotator>},
    Route{"POST", "/api/feedback/queues/ID/undo", app<post_undo_coding, Admission::Annotator>},
    Route{"PUT", "/api/feedback/items/ID/coding", app<put_coding, Admission::Annotator>},
    Route{"GET", "/api/feedback/interviews", app<get_interviews, Admission::Researcher>},
    Route{"POST", "/api/feedback/interviews", app<post_interview, Admission::Researcher>},
    Route{"GET", "/api/feedback/interviews/ID", app<get_interview, Admission::Researcher>},
    Route{"PATCH", "/api/feedback/interviews/ID", app<patch_interview, Admission::Researcher>},
    Route{"DELETE", "/api/feedback/interviews/ID", app<remove_interview, Admission::Researcher>},
    Route{"POST", "/api/feedback/interviews/ID/spans", app<post_span, Admission::Researcher>},
    Route{"DELETE", "/api/feedback/spans/ID", app<remove_span, Admission::Researcher>},
    Route{"GET", "/api/feedback/codes", app<get_interview_codes, Admission::Researcher>},
    Route{"POST", "/api/feedback/codes", app<post_interview_code, Admission::Researcher>},
    Route{"PATCH", "/api/feedback/codes/ID", app<patch_interview_code, Admission::Researcher>},
    Route{"POST", "/api/feedback/codes/ID/merge", app<post_code_merge, Admission::Researcher>},
    Route{"POST", "/api/feedback/codes/ID/split", app<post_code_split, Admission::Researcher>},
    Route{"GET", "/api/app/export", app<get_export>},
    Route{"POST", "/api/app/import", app<post_import>},
};

/// Takes the first part of a path, up to its next slash.
std::string_view take_part(std::string_view& path) {
  const std::string_view part = path.substr(0, path.find('/', 1));
  path.remove_prefix(part.size());
  return part;
}

bool takes_parts(std::string_view pattern, std::string_view path) {
  while (!pattern.empty() && !path.empty()) {
    const std::string_view wanted = take_part(pattern);
    const std::string_view part = take_part(path);
    if (wanted != part && !(wanted == "/ID" && part.size() > 1)) return false;
  }
  return pattern.empty() && path.empty();
}

bool takes_path(const Route& route, std::string_view path) {
  if (!route.path.ends_with("/*")) return takes_parts(route.path, path);
  const std::string_view folder = route.path.substr(0, route.path.size() - 1);
  return path.size() > folder.size() && path.starts_with(folder);
}

bool takes(const Route& route, const HttpRequest& request) {
  const bool takes_method =
      route.method == request.method || (route.method == "GET" && request.method == "HEAD");
  return takes_method && takes_path(route, request.path);
}

/// Nothing if the request's session gives it the right to the model.
std::optional<HttpResponse> refuse_session(Service& service, const HttpRequest& request) {
  const Result<AppCall> call = app_call(service, request);
  return call ? refuse_caller(*call, Admission::Account) : app_error_response(call.error());
}

}  // namespace

std::vector<std::string> all_routes() {
  std::vector<std::string> routes;
  for (const Route& route : kRoutes) routes.push_back(cat(route.method, " ", route.path));
  return routes;
}

std::optional<HttpResponse> refuse_unrouted(const HttpRequest& request) {
  std::string allowed;
  for (const Route& route : kRoutes) {
    if (takes(route, request)) return std::nullopt;
    if (takes_path(route, request.path)) allowed += cat(allowed.empty() ? "" : ", ", route.method);
  }
  if (allowed.empty()) {
    return http_error(404, "unknown_url",
                      cat("there is nothing at ", request.method, " ", request.path));
  }
  HttpResponse response = http_error(
      405, "method_not_allowed", cat(request.path, " takes ", allowed, ", not ", request.method));
  response.headers.push_back({"Allow", allowed});
  return response;
}

asio::awaitable<void> handle_request(Service& service, HttpExchange& exchange) {
  const auto route = std::find_if(kRoutes.begin(), kRoutes.end(), [&](const Route& candidate) {
    return takes(candidate, exchange.request());
  });
  CHECK(route != kRoutes.end(), "a request without a route was admitted");
  if (service.access.needs_session(exchange.request())) {
    auto refusal = co_await run_on_worker(
        service, [&] { return refuse_session(service, exchange.request()); });
    if (refusal) {
      co_await exchange.respond(*std::move(refusal));
      co_return;
    }
  }
  co_await route->handler(service, exchange);
}

}  // namespace falconet
