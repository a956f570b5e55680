// Notes of every answer over the API that had to be JSON or a tool call whether it was.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "server/response_writer.h"
#include "store/structured_answers.h"

namespace falconet {

/// What is known before the answer.
struct StructuredRequest {
  Json body = {};  // of the request
  std::string caller = {};
  std::string model = {};
  int num_choices = 1;
  bool is_constrained = false;
};

/// A writer that writes as `writer` does and tells `note` of each choice at the end. Answers that
/// fail or are given up are not told of. `note` must not block.
std::unique_ptr<ResponseWriter> recording_writer(std::unique_ptr<ResponseWriter> writer,
                                                 StructuredRequest request,
                                                 std::function<void(StructuredAnswer)> note);

/// Whether the request asks for JSON or offers tools.
bool asks_for_structure(const Json& body);

}  // namespace falconet
