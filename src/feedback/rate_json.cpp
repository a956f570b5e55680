#include "feedback/rate_json.h"

namespace falconet {

Json interval_json(const Interval& interval) { return Json::array({interval.low, interval.high}); }

void add_interval(Json& out, const char* key, const std::optional<Interval>& interval) {
  if (interval) out[key] = interval_json(*interval);
}

Json rate_json(const MessageRate& rate) {
  Json out = {{"rate", rate.rate},
              {"interval", interval_json(rate.interval)},
              {"with", rate.num_with},
              {"messages", rate.num_messages},
              {"people_with", rate.num_people_with},
              {"people", rate.num_people},
              {"effective_size", rate.effective_size}};
  add_interval(out, "bootstrap", rate.bootstrap);
  return out;
}

}  // namespace falconet
