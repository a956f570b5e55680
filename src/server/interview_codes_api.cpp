// /api/feedback/codes: the codebook of interviews. For researchers.
#include "feedback/issue_category.h"
#include "server/app_handlers.h"
#include "server/request_fields.h"
#include "store/interview_codes.h"

namespace falconet {
namespace {

constexpr std::string_view kPraise = "praise/";

Json interview_code_json(const InterviewCode& code) {
  return {{"id", code.id.value},
          {"parent_id", code.parent_id ? Json(code.parent_id->value) : Json()},
          {"name", code.name},
          {"definition", code.definition},
          {"category", code.category},
          {"merged_into", code.merged_into ? Json(code.merged_into->value) : Json()},
          {"spans", code.num_spans}};
}

Status check_category(const std::string& category) {
  std::string_view name = category;
  if (name.starts_with(kPraise)) name.remove_prefix(kPraise.size());
  if (category.empty() || issue_category_of(name)) return {};
  return error(ErrorCode::InvalidArgument,
               "category: expected a category, \"praise/\" and one, or "
               "nothing, found '",
               category.substr(0, 60), "'");
}

Result<InterviewCodeChange> read_code(const std::string& text) {
  TRY_ASSIGN(const Json body, parse_json(text));
  TRY_ASSIGN(RequestFields fields, RequestFields::of(body));
  InterviewCodeChange change;
  TRY(fields.read("name", change.name));
  TRY(fields.read("definition", change.definition));
  TRY(fields.read("category", change.category));
  if (change.category) TRY(check_category(*change.category));
  const Json* parent = find_member(body, "parent_id");  // null: of none
  if (parent == nullptr) return change;
  std::string parent_id;
  TRY(fields.read("parent_id", parent_id));
  change.parent_id = parent->is_null() ? std::optional<InterviewCodeId>()
                                       : std::optional(InterviewCodeId{parent_id});
  return change;
}

}  // namespace

Result<HttpResponse> get_interview_codes(AppCall& call) {
  std::vector<InterviewCode> codes;
  std::vector<InterviewCodeEvent> events;
  const Status read = call.app.store().read([&](Transaction& transaction) -> Status {
    TRY_ASSIGN(codes, list_interview_codes(transaction));
    TRY_ASSIGN(events, interview_code_history(transaction));
    return {};
  });
  if (!read) return read.error();
  Json list = Json::array();
  for (const InterviewCode& code : codes) list.push_back(interview_code_json(code));
  Json history = Json::array();
  for (const InterviewCodeEvent& event : events) {
    history.push_back({{"code_id", event.code.value},
                       {"happened", event.happened},
                       {"action", event.action},
                       {"detail", event.detail}});
  }
  return app_response({{"codes", std::move(list)}, {"history", std::move(history)}});
}

Result<HttpResponse> post_interview_code(AppCall& call) {
  TRY_ASSIGN(const InterviewCodeChange fields, read_code(call.request.body));
  TRY_ASSIGN(const InterviewCode code, call.app.store().write([&](Transaction& transaction) {
    return create_interview_code(transaction, call.user.id, fields);
  }));
  return app_response({{"code", interview_code_json(code)}}, 201);
}

Result<HttpResponse> patch_interview_code(AppCall& call) {
  TRY_ASSIGN(const InterviewCodeChange change, read_code(call.request.body));
  TRY_ASSIGN(const InterviewCode code, call.app.store().write([&](Transaction& transaction) {
    return change_interview_code(transaction, call.user.id, {call.id}, change);
  }));
  return app_response({{"code", interview_code_json(code)}});
}

Result<HttpResponse> post_code_merge(AppCall& call) {
  TRY_ASSIGN(const Json body, parse_json(call.request.body));
  TRY_ASSIGN(RequestFields fields, RequestFields::of(body));
  InterviewCodeId into;
  TRY(fields.read("into", into.value));
  const Status merged = call.app.store().write([&](Transaction& transaction) {
    return merge_interview_codes(transaction, call.user.id, {call.id}, into);
  });
  if (!merged) return merged.error();
  return no_content();
}

Result<HttpResponse> post_code_split(AppCall& call) {
  TRY_ASSIGN(const Json body, parse_json(call.request.body));
  TRY_ASSIGN(RequestFields fields, RequestFields::of(body));
  std::string name;
  std::vector<std::string> ids;
  TRY(fields.read("name", name));
  TRY(fields.read("span_ids", ids));
  std::vector<InterviewSpanId> spans;
  for (const std::string& id : ids) spans.push_back({id});
  TRY_ASSIGN(const InterviewCode code, call.app.store().write([&](Transaction& transaction) {
    return split_interview_code(transaction, call.user.id, {call.id}, name, spans);
  }));
  return app_response({{"code", interview_code_json(code)}}, 201);
}

}  // namespace falconet
