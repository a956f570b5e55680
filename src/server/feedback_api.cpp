// /api/feedback: what this server's users said and did, analysed. For researchers.
#include <chrono>

#include "feedback/issue_category.h"
#include "feedback/pii_redaction.h"
#include "feedback/question_language.h"
#include "server/analyst.h"
#include "server/app_handlers.h"
#include "server/app_passwords.h"
#include "server/request_fields.h"
#include "store/probes.h"
#include "store/rated_answers.h"
#include "store/rating_reasons.h"

namespace falconet {
namespace {

constexpr int kUsualComments = 50;
constexpr int kMostComments = 500;
// A language is not in the database but told from the question: so many rows are looked through.
constexpr int kMostReadRemarks = 5000;
constexpr int kRemarksPage = 500;
// A page of a browser is not to be kept waiting for longer.
constexpr int kMostWaitMilliseconds = 600'000;

Result<ReportLanguage> language_of(const AppCall& call) {
  const std::string name = query_value(call.request.query, "language").value_or("en");
  if (name == "en") return ReportLanguage::English;
  if (name == "zh") return ReportLanguage::Chinese;
  return error(ErrorCode::InvalidArgument, "language: expected en or zh, found '",
               name.substr(0, 40), "'");
}

Result<std::optional<std::int64_t>> query_time(std::string_view query, std::string_view name) {
  const auto value = query_value(query, name);
  if (!value) return std::optional<std::int64_t>();
  const auto number = parse_number<std::int64_t>(*value);
  if (number) return number;
  return error(ErrorCode::InvalidArgument, name, ": expected milliseconds since 1970, found '",
               value->substr(0, 40), "'");
}

/// What the query restricts figures to.
Result<AnalysisScope> scope_of(const AppCall& call) {
  const std::string_view query = call.request.query;
  AnalysisScope scope{.study = query_value(query, "study").value_or("")};
  TRY_ASSIGN(scope.filter.from, query_time(query, "from"));
  TRY_ASSIGN(scope.filter.until, query_time(query, "until"));
  scope.filter.model = query_value(query, "model").value_or("");
  scope.filter.language = query_value(query, "prompt_language").value_or("");
  scope.filter.segment = query_value(query, "segment").value_or("");
  const auto provenance = query_value(query, "provenance");
  if (!provenance) return scope;
  scope.filter.provenance = provenance_of(*provenance);
  if (scope.filter.provenance) return scope;
  return error(ErrorCode::InvalidArgument,
               "provenance: expected live, imported, replayed or simulated, found '",
               provenance->substr(0, 40), "'");
}

/// Without `wait` what comes back is of this moment, however long that takes.
Result<AnalysisAnswer> ask_analyst(AppCall& call) {
  TRY_ASSIGN(const ReportLanguage language, language_of(call));
  TRY_ASSIGN(const AnalysisScope scope, scope_of(call));
  TRY_ASSIGN(const int wait, query_count(call.request.query, "wait", 0, kMostWaitMilliseconds));
  AnalysisWish wish;
  if (wait > 0) wish.patience = std::chrono::milliseconds(wait);
  TRY_ASSIGN(const auto after, query_time(call.request.query, "after"));
  wish.read_after = after.value_or(0);
  return call.app.analyst().ask(scope, language, wish);
}

Result<Json> settings_json(Transaction& transaction) {
  TRY_ASSIGN(const double probability, probe_probability(transaction));
  TRY_ASSIGN(const std::optional<RatingReasons> reasons, rating_reasons(transaction));
  return Json{{"probe_probability", probability},
              {"reasons", reasons ? rating_reasons_json(*reasons) : Json()}};
}

Status check_categories(const std::vector<RatingReason>& reasons) {
  for (const RatingReason& reason : reasons) {
    if (reason.category.empty() || issue_category_of(reason.category)) continue;
    return error(ErrorCode::InvalidArgument, "reasons: ", reason.id, " has the category '",
                 reason.category.substr(0, 40), "', which is none of docs/feedback-data.md");
  }
  return {};
}

struct FeedbackSettings {
  std::optional<double> probe_probability = {};
  bool changes_reasons = false;
  std::optional<RatingReasons> reasons = {};  // nothing: the page's own again
};

Result<FeedbackSettings> read_settings(const Json& body) {
  TRY_ASSIGN(RequestFields fields, RequestFields::of(body));
  FeedbackSettings settings;
  TRY(fields.read("probe_probability", settings.probe_probability));
  const Json* reasons = find_member(body, "reasons");
  if (reasons == nullptr) return settings;
  settings.changes_reasons = true;
  if (reasons->is_null()) return settings;
  TRY_ASSIGN(settings.reasons, rating_reasons_of(*reasons));
  TRY(check_categories(settings.reasons->good));
  TRY(check_categories(settings.reasons->bad));
  return settings;
}

Json comment_json(const RatedAnswerRow& row) {
  const bool is_score = row.score.has_value();
  const Json value = is_score ? Json(*row.score) : row.value ? Json(*row.value) : Json();
  return {{"message_id", row.message.value},
          {"generation_id", row.generation.value},
          {"scale", rating_scale_name(is_score ? RatingScale::Score : RatingScale::Thumbs)},
          {"value", value},
          {"reasons", row.reasons},
          {"comment", redact_personal_data(row.comment).text},
          {"trigger",
           rating_trigger_name(row.probe_shown ? RatingTrigger::Probe : RatingTrigger::Voluntary)},
          {"answered", row.changed ? Json(*row.changed) : Json()}};
}

/// The newest that fit, of the last kMostReadRemarks.
Result<std::vector<RatedAnswerRow>> remarks_of(Transaction& transaction, const AnalysisScope& scope,
                                               std::size_t limit) {
  // All that a server keeps was said on it.
  if (scope.filter.provenance.value_or(Provenance::Live) != Provenance::Live) {
    return std::vector<RatedAnswerRow>();
  }
  RemarkFilter filter{.from = scope.filter.from,
                      .until = scope.filter.until,
                      .model = scope.filter.model,
                      .segment = scope.filter.segment};
  if (!scope.study.empty()) filter.study = StudyId{scope.study};
  std::vector<RatedAnswerRow> found;
  std::optional<RatedAnswerRow> last;
  const int page_size = scope.filter.language.empty() ? static_cast<int>(limit) : kRemarksPage;
  for (int num_read = 0; num_read < kMostReadRemarks; num_read += page_size) {
    TRY_ASSIGN(const auto page, newest_remarks(transaction, filter, last, page_size));
    for (const RatedAnswerRow& row : page) {
      const bool is_wanted = scope.filter.language.empty() ||
                             question_language(row.question_begin) == scope.filter.language;
      if (is_wanted) found.push_back(row);
      if (found.size() == limit) return found;
    }
    if (page.size() < static_cast<std::size_t>(page_size)) return found;
    last = page.back();
  }
  return found;
}

}  // namespace

Result<HttpResponse> get_analysis(AppCall& call) {
  const std::int64_t asked = unix_milliseconds(call.app.clock());
  TRY_ASSIGN(const AnalysisAnswer answer, ask_analyst(call));
  const auto& snapshot = answer.snapshot;
  Json body = {{"asked", asked},
               {"computed", snapshot ? Json(snapshot->began) : Json()},
               {"is_refreshing", answer.is_refreshing}};
  if (!snapshot) body["analysis"] = nullptr;
  HttpResponse response = app_response(body);
  if (!snapshot) return response;
  // The document is an object that was written once; to read it again would take longer than the
  // rest of the answer.
  response.body.back() = ',';
  response.body += std::string_view(snapshot->document).substr(1);
  return response;
}

Result<HttpResponse> get_report(AppCall& call) {
  TRY_ASSIGN(const AnalysisAnswer answer, ask_analyst(call));
  if (!answer.snapshot && answer.is_refreshing) {
    return error(ErrorCode::Unavailable, "the report is being written; ask again");
  }
  if (!answer.snapshot || answer.snapshot->report.empty()) {
    return error(ErrorCode::NotFound, "nobody has asked anything yet");
  }
  HttpResponse response{.content_type = "text/html; charset=utf-8",
                        .body = answer.snapshot->report};
  // To be kept and read elsewhere: on this server it would be a page beside the page.
  response.headers = {{"Content-Disposition", "attachment; filename=\"feedback.html\""},
                      {"Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'"},
                      {"Cache-Control", "no-store"},
                      {"X-Content-Type-Options", "nosniff"}};
  return response;
}

Result<HttpResponse> get_comments(AppCall& call) {
  TRY_ASSIGN(const int limit,
             query_count(call.request.query, "limit", kUsualComments, kMostComments));
  TRY_ASSIGN(const AnalysisScope scope, scope_of(call));
  TRY_ASSIGN(const auto found, call.app.store().read([&](Transaction& transaction) {
    return remarks_of(transaction, scope, static_cast<std::size_t>(limit));
  }));
  Json comments = Json::array();
  for (const RatedAnswerRow& row : found) comments.push_back(comment_json(row));
  return app_response({{"comments", std::move(comments)}});
}

Result<HttpResponse> get_feedback_settings(AppCall& call) {
  TRY_ASSIGN(const Json settings, call.app.store().read([](Transaction& transaction) {
    return settings_json(transaction);
  }));
  return app_response(settings);
}

Result<HttpResponse> patch_feedback_settings(AppCall& call) {
  TRY_ASSIGN(const Json body, parse_json(call.request.body));
  TRY_ASSIGN(const FeedbackSettings wanted, read_settings(body));
  TRY_ASSIGN(const Json settings,
             call.app.store().write([&](Transaction& transaction) -> Result<Json> {
               if (wanted.probe_probability) {
                 TRY(set_probe_probability(transaction, *wanted.probe_probability));
               }
               if (wanted.changes_reasons) TRY(set_rating_reasons(transaction, wanted.reasons));
               TRY_ASSIGN(Json changed, settings_json(transaction));
               TRY(audit(transaction, call, "policy-changed", {}, changed));
               return changed;
             }));
  return app_response(settings);
}

}  // namespace falconet
