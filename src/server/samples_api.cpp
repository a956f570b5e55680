// /api/feedback/rubrics and samples: what coders are asked, and about which answers. For
// researchers.
#include "feedback/live_records.h"
#include "server/annotation_json.h"
#include "server/app_handlers.h"
#include "server/app_passwords.h"
#include "server/request_fields.h"

namespace falconet {
namespace {

Result<SampleOrder> read_order(const Json& body) {
  TRY_ASSIGN(RequestFields fields, RequestFields::of(body));
  SampleOrder order;
  TRY(fields.read("title", order.title));
  TRY(fields.read("coders_per_item", order.coders_per_item));
  TRY(fields.read("has_categories", order.has_categories));
  TRY(fields.read("rubrics", order.rubrics));
  const Json* design = fields.find("design");
  TRY_ASSIGN(order.design, sample_design_of_json(design == nullptr ? Json::object() : *design));
  return order;
}

Json sample_item_json(const SampleItem& item) {
  return {{"id", item.id.value},
          {"generation_id", item.generation.value},
          {"participant", pseudonym_of(item.user.value)},
          {"stratum", item.stratum},
          {"probability", item.probability},
          {"codings", item.num_codings}};
}

}  // namespace

Result<HttpResponse> get_rubrics(AppCall& call) {
  TRY_ASSIGN(const std::vector<Rubric> all, call.app.store().read([](Transaction& transaction) {
    return list_all_rubrics(transaction);
  }));
  Json rubrics = Json::array();
  for (const Rubric& rubric : all) rubrics.push_back(rubric_view_json(rubric));
  return app_response({{"rubrics", std::move(rubrics)}});
}

Result<HttpResponse> put_rubric(AppCall& call) {
  TRY_ASSIGN(const Json body, parse_json(call.request.body));
  TRY_ASSIGN(const Rubric wanted, rubric_of_json(body, call.id));
  TRY_ASSIGN(const Rubric rubric, call.app.store().write([&](Transaction& transaction) {
    return change_rubric(transaction, wanted);
  }));
  return app_response({{"rubric", rubric_view_json(rubric)}});
}

Result<HttpResponse> get_samples(AppCall& call) {
  TRY_ASSIGN(const std::vector<Sample> all, call.app.store().read([](Transaction& transaction) {
    return list_samples(transaction);
  }));
  Json samples = Json::array();
  for (const Sample& sample : all) samples.push_back(sample_json(sample));
  return app_response({{"samples", std::move(samples)}});
}

Result<HttpResponse> post_sample(AppCall& call) {
  TRY_ASSIGN(const Json body, parse_json(call.request.body));
  TRY_ASSIGN(const SampleOrder order, read_order(body));
  TRY_ASSIGN(const Sample sample,
             call.app.store().write([&](Transaction& transaction) -> Result<Sample> {
               TRY_ASSIGN(Sample drawn, order_sample(transaction, order));
               TRY(audit(transaction, call, "sample-drawn", {},
                         {{"title", drawn.title}, {"items", drawn.num_items}}));
               return drawn;
             }));
  return app_response({{"sample", sample_json(sample)}}, 201);
}

Result<HttpResponse> get_sample(AppCall& call) {
  Sample sample;
  std::vector<SampleItem> items;
  std::vector<Rubric> rubrics;
  const Status read = call.app.store().read([&](Transaction& transaction) -> Status {
    TRY_ASSIGN(sample, find_sample(transaction, {call.id}));
    TRY_ASSIGN(items, items_of_sample(transaction, sample.id));
    TRY_ASSIGN(rubrics, rubrics_of_sample(transaction, sample));
    return {};
  });
  if (!read) return read.error();
  Json list = Json::array();
  for (const SampleItem& item : items) list.push_back(sample_item_json(item));
  Json asked = Json::array();
  for (const Rubric& rubric : rubrics) asked.push_back(rubric_view_json(rubric));
  return app_response(
      {{"sample", sample_json(sample)}, {"items", std::move(list)}, {"rubrics", std::move(asked)}});
}

Result<HttpResponse> remove_sample(AppCall& call) {
  const Status removed = call.app.store().write([&](Transaction& transaction) -> Status {
    TRY_ASSIGN(const Sample sample, find_sample(transaction, {call.id}));
    TRY(delete_sample(transaction, sample.id));
    return audit(transaction, call, "sample-deleted", {}, {{"title", sample.title}});
  });
  if (!removed) return removed.error();
  return no_content();
}

}  // namespace falconet
