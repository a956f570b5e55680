// JSON lines in, JSON lines out: the shape of the commands made for checking.
#pragma once

#include <string>
#include <vector>

#include "base/function_ref.h"
#include "base/json.h"
#include "base/strong_id.h"
#include "cli/command.h"

namespace falconet {

/// Calls `answer` with the JSON value of each line of io.in that is not blank and writes the text
/// it returns as one line. A line that fails is answered by {"error": message}, and the others
/// still run. Returns kExitFailure if any line failed.
int answer_json_lines(const Streams& io, FunctionRef<Result<std::string>(const Json&)> answer);

/// The member `ids` of a line; each must fit a token id, whatever the vocabulary.
Result<std::vector<TokenId>> ids_of_line(const Json& line);

}  // namespace falconet
