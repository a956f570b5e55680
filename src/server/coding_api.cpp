// /api/feedback/queues and the coding of their items. For annotators, who see what is handed to
// them and nothing else.
#include "server/annotation_json.h"
#include "server/app_handlers.h"

namespace falconet {
namespace {

/// Nobody codes answers to their own questions, except where there is nobody else.
Result<CodingPerson> coding_person(Transaction& transaction, const AppCall& call) {
  TRY_ASSIGN(CoderId coder, coder_of_user(transaction, call.user.id));
  CodingPerson person{.coder = std::move(coder)};
  if (call.app.has_accounts()) person.not_of = call.user.id;
  return person;
}

Json queue_json(const CodingQueue& queue) {
  return {{"id", queue.sample.id.value},
          {"title", queue.sample.title},
          {"open", queue.num_open},
          {"done", queue.num_done}};
}

/// What the page needs to show an item, or that there is none.
Result<Json> item_in_hand(Transaction& transaction, const CodingPerson& person,
                          const SampleId& sample, const std::optional<SubmittedCoding>& before,
                          const std::optional<SampleItemId>& next) {
  TRY_ASSIGN(const CodingQueue queue, queue_of(transaction, person, sample));
  Json out = {{"queue", queue_json(queue)},
              {"has_categories", queue.sample.has_categories},
              {"item", nullptr}};
  Json rubrics = Json::array();
  TRY_ASSIGN(const std::vector<Rubric> asked, rubrics_of_sample(transaction, queue.sample));
  for (const Rubric& rubric : asked) rubrics.push_back(rubric_view_json(rubric));
  out["rubrics"] = std::move(rubrics);
  if (!next) return out;
  TRY_ASSIGN(const SampleItem item, find_sample_item(transaction, *next));
  TRY_ASSIGN(const std::vector<SpanMessage> span, span_of_item(transaction, item));
  out["item"] = span_json(*next, span);
  if (before) {
    out["item"]["values"] = judgements_json(before->judgements);
    out["item"]["comment"] = before->comment;
  }
  return out;
}

}  // namespace

Result<HttpResponse> get_coding_queues(AppCall& call) {
  TRY_ASSIGN(
      const std::vector<CodingQueue> queues,
      call.app.store().write([&](Transaction& transaction) -> Result<std::vector<CodingQueue>> {
        TRY_ASSIGN(const CodingPerson person, coding_person(transaction, call));
        return queues_of(transaction, person);
      }));
  Json list = Json::array();
  for (const CodingQueue& queue : queues) list.push_back(queue_json(queue));
  return app_response({{"queues", std::move(list)}});
}

Result<HttpResponse> post_next_item(AppCall& call) {
  TRY_ASSIGN(Json body, call.app.store().write([&](Transaction& transaction) -> Result<Json> {
    TRY_ASSIGN(const CodingPerson person, coding_person(transaction, call));
    TRY_ASSIGN(const auto next, take_next_item(transaction, person, {call.id}));
    return item_in_hand(transaction, person, {call.id}, {}, next);
  }));
  return app_response(body);
}

Result<HttpResponse> post_undo_coding(AppCall& call) {
  TRY_ASSIGN(Json body, call.app.store().write([&](Transaction& transaction) -> Result<Json> {
    TRY_ASSIGN(const CodingPerson person, coding_person(transaction, call));
    TRY_ASSIGN(const auto last, reopen_last_coding(transaction, person.coder, {call.id}));
    if (!last) return error(ErrorCode::NotFound, "there is nothing to take back");
    return item_in_hand(transaction, person, {call.id}, last, last->item);
  }));
  return app_response(body);
}

Result<HttpResponse> put_coding(AppCall& call) {
  TRY_ASSIGN(const Json body, parse_json(call.request.body));
  SubmittedCoding coding{.item = {call.id}, .comment = string_member(body, "comment").value_or("")};
  TRY_ASSIGN(coding.judgements, judgements_of_json(body));
  const Status submitted = call.app.store().write([&](Transaction& transaction) -> Status {
    TRY_ASSIGN(coding.coder, coder_of_user(transaction, call.user.id));
    TRY_ASSIGN(const SampleItem item, find_sample_item(transaction, coding.item));
    TRY_ASSIGN(const Sample sample, find_sample(transaction, item.sample));
    TRY_ASSIGN(const std::vector<Rubric> rubrics, rubrics_of_sample(transaction, sample));
    TRY(submit_coding(transaction, coding));
    for (const CodeJudgement& judgement : coding.judgements) {
      TRY(check_judgement(sample, rubrics, judgement));
    }
    return {};
  });
  if (!submitted) return submitted.error();
  return no_content();
}

}  // namespace falconet
