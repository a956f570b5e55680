#include "server/annotation_json.h"

namespace falconet {

Json rubric_view_json(const Rubric& rubric) {
  Json out = {{"name", rubric.name}, {"version", rubric.version}};
  out.update(rubric_json(rubric));
  return out;
}

Json sample_json(const Sample& sample) {
  Json rubrics = Json::array();
  for (const RubricVersion& rubric : sample.rubrics) {
    rubrics.push_back({{"name", rubric.name}, {"version", rubric.version}});
  }
  return {{"id", sample.id.value},
          {"title", sample.title},
          {"design", sample.design},
          {"eligible", sample.num_eligible},
          {"items", sample.num_items},
          {"codings", sample.num_codings},
          {"coders_per_item", sample.coders_per_item},
          {"has_categories", sample.has_categories},
          {"rubrics", std::move(rubrics)},
          {"created", sample.created}};
}

Json span_json(const SampleItemId& id, const std::vector<SpanMessage>& messages) {
  Json list = Json::array();
  for (const SpanMessage& message : messages) {
    Json entry = {{"role", message.role}, {"content", message.content}};
    const bool is_answer = &message == &messages.back();
    if (is_answer) entry["reasoning"] = message.reasoning;
    Json attachments = Json::array();
    for (const Attachment& attachment : message.attachments) {
      attachments.push_back({{"name", attachment.name}, {"text", attachment.text}});
    }
    entry["attachments"] = std::move(attachments);
    list.push_back(std::move(entry));
  }
  return {{"id", id.value}, {"messages", std::move(list)}};
}

Json judgements_json(const std::vector<CodeJudgement>& judgements) {
  Json out = Json::object();
  for (const CodeJudgement& judgement : judgements) {
    out[judgement.code] = judgement.value ? Json(*judgement.value) : Json();
  }
  return out;
}

Result<std::vector<CodeJudgement>> judgements_of_json(const Json& body) {
  const Json* values = find_member(body, "values");
  if (values == nullptr || !values->is_object()) {
    return error(ErrorCode::InvalidArgument, "values: expected an object of codes and numbers");
  }
  std::vector<CodeJudgement> judgements;
  for (const auto& [code, value] : values->items()) {
    if (!value.is_null() && !value.is_number()) {
      return error(ErrorCode::InvalidArgument, "values.", code.substr(0, 80),
                   ": expected a number, or null where it cannot be judged");
    }
    judgements.push_back(
        {code, value.is_null() ? std::nullopt : std::optional(value.get<double>())});
  }
  return judgements;
}

}  // namespace falconet
