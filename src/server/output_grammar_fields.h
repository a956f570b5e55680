// How requests say what their answers must look like: OpenAI's way, vLLM's ways and llama.cpp's.
#pragma once

#include <optional>

#include "completion/completer.h"
#include "server/request_fields.h"

namespace falconet {

/// response_format; structured_outputs, guided_json, guided_regex, guided_choice, guided_grammar;
/// grammar, json_schema. Nothing if none is there.
/// Errors: InvalidArgument (wrong form, or more than one of them), Unsupported.
Result<std::optional<OutputGrammar>> read_output_grammar(RequestFields& fields);

}  // namespace falconet
