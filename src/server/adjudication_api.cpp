// Where coders differ, what was decided, and coders that are programs. For researchers.
#include <algorithm>
#include <map>

#include "feedback/live_records.h"
#include "server/annotation_json.h"
#include "server/app_handlers.h"
#include "server/request_fields.h"

namespace falconet {
namespace {

// A model's codings of a whole sample, with room to spare.
constexpr std::size_t kMaxProgramCodings = 5000;

struct DifferingCode {
  std::vector<const JudgementRow*> judgements = {};  // of people
  const DecisionRow* decision = nullptr;

  bool is_differing() const {
    return std::ranges::any_of(judgements, [&](const JudgementRow* each) {
      return each->value != judgements.front()->value;
    });
  }
};

using ItemCode = std::pair<std::string, std::string>;

std::map<ItemCode, DifferingCode> differing_codes(const std::vector<JudgementRow>& judgements,
                                                  const std::vector<DecisionRow>& decisions) {
  std::map<ItemCode, DifferingCode> codes;
  for (const JudgementRow& row : judgements) {
    if (row.coder_kind != coder_kind_name(CoderKind::Person)) continue;
    codes[{row.item.value, row.code}].judgements.push_back(&row);
  }
  std::erase_if(codes, [](const auto& each) { return !each.second.is_differing(); });
  for (const DecisionRow& row : decisions) {
    const auto found = codes.find({row.item.value, row.code});
    if (found != codes.end()) found->second.decision = &row;
  }
  return codes;
}

Json differing_json(const std::string& code, const DifferingCode& differing) {
  Json coders = Json::array();
  for (const JudgementRow* row : differing.judgements) {
    coders.push_back({{"coder", row->coder.value},
                      {"value", row->value ? Json(*row->value) : Json()},
                      {"comment", row->comment}});
  }
  Json out = {{"code", code}, {"coders", std::move(coders)}, {"decision", nullptr}};
  if (differing.decision != nullptr) {
    out["decision"] = {{"value", differing.decision->value},
                       {"comment", differing.decision->comment},
                       {"decided", differing.decision->decided}};
  }
  return out;
}

/// Items with a code on which people differ, each with what a coder saw of it.
Result<Json> differing_items(Transaction& transaction, const SampleId& sample) {
  TRY(find_sample(transaction, sample));
  TRY_ASSIGN(const std::vector<JudgementRow> judgements, list_judgements(transaction, sample));
  TRY_ASSIGN(const std::vector<DecisionRow> decisions, list_decisions(transaction, sample));
  std::map<std::string, Json> by_item;
  for (const auto& [key, differing] : differing_codes(judgements, decisions)) {
    by_item.try_emplace(key.first, Json::array())
        .first->second.push_back(differing_json(key.second, differing));
  }
  Json items = Json::array();
  for (auto& [id, codes] : by_item) {
    TRY_ASSIGN(const SampleItem item, find_sample_item(transaction, {id}));
    const auto span = span_of_item(transaction, item);
    if (!span) continue;  // its chat has become temporary meanwhile
    Json entry = span_json(item.id, *span);
    entry["participant"] = pseudonym_of(item.user.value);
    entry["codes"] = std::move(codes);
    items.push_back(std::move(entry));
  }
  return items;
}

}  // namespace

Result<HttpResponse> get_differences(AppCall& call) {
  TRY_ASSIGN(Json items, call.app.store().read([&](Transaction& transaction) {
    return differing_items(transaction, {call.id});
  }));
  return app_response({{"items", std::move(items)}});
}

Result<HttpResponse> put_decision(AppCall& call) {
  TRY_ASSIGN(const Json body, parse_json(call.request.body));
  TRY_ASSIGN(RequestFields fields, RequestFields::of(body));
  NewDecision decision{.item = {call.id}};
  std::optional<double> value;
  TRY(fields.read("code", decision.code));
  TRY(fields.read("value", value));
  TRY(fields.read("comment", decision.comment));
  if (!value) return error(ErrorCode::InvalidArgument, "value: expected a number");
  decision.value = *value;
  const Status decided = call.app.store().write([&](Transaction& transaction) -> Status {
    TRY_ASSIGN(const SampleItem item, find_sample_item(transaction, decision.item));
    TRY_ASSIGN(const Sample sample, find_sample(transaction, item.sample));
    TRY_ASSIGN(const std::vector<Rubric> rubrics, rubrics_of_sample(transaction, sample));
    TRY(check_judgement(sample, rubrics, {decision.code, decision.value}));
    return decide(transaction, call.user.id, decision);
  });
  if (!decided) return decided.error();
  return no_content();
}

Result<HttpResponse> post_program_codings(AppCall& call) {
  TRY_ASSIGN(const Json body, parse_json(call.request.body));
  const Json* codings = find_member(body, "codings");
  if (codings == nullptr || !codings->is_array() || codings->size() > kMaxProgramCodings) {
    return error(ErrorCode::InvalidArgument, "codings: expected a list of at most ",
                 kMaxProgramCodings);
  }
  const Status written = call.app.store().write([&](Transaction& transaction) -> Status {
    TRY_ASSIGN(const Sample sample, find_sample(transaction, {call.id}));
    TRY_ASSIGN(const std::vector<Rubric> rubrics, rubrics_of_sample(transaction, sample));
    TRY_ASSIGN(const CoderId coder,
               coder_of_program(transaction, string_member(body, "kind").value_or(""),
                                string_member(body, "coder").value_or("")));
    for (const Json& each : *codings) {
      SubmittedCoding coding{.item = {string_member(each, "item_id").value_or("")},
                             .coder = coder,
                             .comment = string_member(each, "comment").value_or("")};
      TRY_ASSIGN(coding.judgements, judgements_of_json(each));
      TRY_ASSIGN(const SampleItem item, find_sample_item(transaction, coding.item));
      if (item.sample != sample.id) {
        return error(ErrorCode::InvalidArgument, "item_id: ", item.id.value,
                     " is not in this sample");
      }
      for (const CodeJudgement& judgement : coding.judgements) {
        TRY(check_judgement(sample, rubrics, judgement));
      }
      TRY(submit_program_coding(transaction, coding));
    }
    return {};
  });
  if (!written) return written.error();
  return app_response({{"coded", codings->size()}});
}

}  // namespace falconet
