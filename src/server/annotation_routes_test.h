// The routes of samples, annotation and interviews, as somebody else calls them.
#pragma once

#include "server/study_routes_test.h"

namespace falconet {

/// What a researcher has.
struct AnnotationBelongings {
  std::string sample = {};
  std::string item = {};
  std::string interview = {};
  std::string code = {};
};

inline std::vector<StudyRoute> annotation_routes(const AnnotationBelongings& hers) {
  return {
      {"GET /api/feedback/rubrics", "/api/feedback/rubrics"},
      {"PUT /api/feedback/rubrics/ID", "/api/feedback/rubrics/tone", false, {}},
      {"GET /api/feedback/samples", "/api/feedback/samples"},
      {"POST /api/feedback/samples", "/api/feedback/samples", false, {}},
      {"GET /api/feedback/samples/ID", "/api/feedback/samples/" + hers.sample},
      {"DELETE /api/feedback/samples/ID", "/api/feedback/samples/" + hers.sample},
      {"GET /api/feedback/samples/ID/differences",
       "/api/feedback/samples/" + hers.sample + "/differences"},
      {"POST /api/feedback/samples/ID/codings",
       "/api/feedback/samples/" + hers.sample + "/codings",
       false,
       {{"kind", "rule"}, {"coder", "x"}, {"codings", Json::array()}}},
      {"POST /api/feedback/samples/ID/judging",
       "/api/feedback/samples/" + hers.sample + "/judging",
       false,
       {{"model", "fake"}}},
      {"GET /api/feedback/judging", "/api/feedback/judging"},
      {"POST /api/feedback/judging/stop", "/api/feedback/judging/stop"},
      {"PUT /api/feedback/items/ID/decision",
       "/api/feedback/items/" + hers.item + "/decision",
       false,
       {{"code", "memory"}, {"value", 1}}},
      {"GET /api/feedback/queues", "/api/feedback/queues"},
      {"POST /api/feedback/queues/ID/next", "/api/feedback/queues/" + hers.sample + "/next"},
      {"POST /api/feedback/queues/ID/undo", "/api/feedback/queues/" + hers.sample + "/undo"},
      {"PUT /api/feedback/items/ID/coding",
       "/api/feedback/items/" + hers.item + "/coding",
       false,
       {{"values", {{"memory", 1}}}}},
      {"GET /api/feedback/interviews", "/api/feedback/interviews"},
      {"POST /api/feedback/interviews", "/api/feedback/interviews"},
      {"GET /api/feedback/interviews/ID", "/api/feedback/interviews/" + hers.interview},
      {"PATCH /api/feedback/interviews/ID",
       "/api/feedback/interviews/" + hers.interview,
       false,
       {{"may_be_quoted", true}}},
      {"DELETE /api/feedback/interviews/ID", "/api/feedback/interviews/" + hers.interview},
      {"POST /api/feedback/interviews/ID/spans",
       "/api/feedback/interviews/" + hers.interview + "/spans"},
      {"DELETE /api/feedback/spans/ID", "/api/feedback/spans/x"},
      {"GET /api/feedback/codes", "/api/feedback/codes"},
      {"POST /api/feedback/codes", "/api/feedback/codes", false, {{"name", "x"}}},
      {"PATCH /api/feedback/codes/ID", "/api/feedback/codes/" + hers.code, false, {{"name", "x"}}},
      {"POST /api/feedback/codes/ID/merge", "/api/feedback/codes/" + hers.code + "/merge"},
      {"POST /api/feedback/codes/ID/split", "/api/feedback/codes/" + hers.code + "/split"},
  };
}

}  // namespace falconet
