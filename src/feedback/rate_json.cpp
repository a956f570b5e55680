#include "feedback/rate_json.h"

#include "feedback/feedback_analysis.h"

namespace falconet {

Json count_json(std::int64_t count) { return count == kHiddenCount ? Json() : Json(count); }

Json interval_json(const Interval& interval) { return Json::array({interval.low, interval.high}); }

void add_interval(Json& out, const char* key, const std::optional<Interval>& interval) {
  if (interval) out[key] = interval_json(*interval);
}

Json rate_json(const MessageRate& rate) {
  Json out = {{"rate", rate.rate},
              {"interval", interval_json(rate.interval)},
              {"with", rate.num_with},
              {"messages", rate.num_messages},
              {"people_with", count_json(rate.num_people_with)},
              {"people", rate.num_people},
              {"effective_size", rate.effective_size}};
  add_interval(out, "bootstrap", rate.bootstrap);
  return out;
}

void add_rate(Json& out, const char* key, const std::optional<MessageRate>& rate) {
  if (rate) out[key] = rate_json(*rate);
}

Json people_json(const PeopleRate& rate) {
  Json out = {{"with", count_json(rate.with)}, {"people", rate.people}};
  add_interval(out, "interval", rate.interval);
  return out;
}

Json quotes_json(const std::vector<QuoteReference>& quotes) {
  Json out = Json::array();
  for (const QuoteReference& quote : quotes) {
    out.push_back({{"file", quote.file},
                   {"id", quote.id},
                   {"participant_id", quote.participant_id},
                   {"begin", quote.begin},
                   {"end", quote.end}});
  }
  return out;
}

}  // namespace falconet
