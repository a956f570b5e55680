#include "cli/json_lines.h"

#include <istream>
#include <limits>
#include <ostream>

namespace falconet {
namespace {

Result<std::string> answer_line(std::string_view line,
                                FunctionRef<Result<std::string>(const Json&)> answer) {
  TRY_ASSIGN(const Json value, parse_json(line));
  return answer(value);
}

}  // namespace

int answer_json_lines(const Streams& io, FunctionRef<Result<std::string>(const Json&)> answer) {
  int exit_code = kExitSuccess;
  std::string line;
  while (std::getline(io.in, line)) {
    if (trim(line).empty()) continue;
    const Result<std::string> text = answer_line(line, answer);
    if (text) {
      io.out << *text << '\n';
    } else {
      io.out << to_text({{"error", text.error().message}}) << '\n';
      exit_code = kExitFailure;
    }
  }
  io.out.flush();
  return exit_code;
}

Result<std::vector<TokenId>> ids_of_line(const Json& line) {
  const Json* member = find_member(line, "ids");
  if (member == nullptr || !member->is_array()) {
    return error(ErrorCode::InvalidArgument, "expected {\"ids\": [integers]}");
  }
  std::vector<TokenId> ids;
  ids.reserve(member->size());
  for (std::size_t i = 0; i < member->size(); ++i) {
    const Json& id = (*member)[i];
    const double value = id.is_number_integer() ? id.get<double>() : -1;
    if (value < 0 || value > std::numeric_limits<std::int32_t>::max()) {
      return error(ErrorCode::InvalidArgument, "ids[", i, "] is not a token id: ", to_text(id));
    }
    ids.push_back(TokenId{id.get<std::int32_t>()});
  }
  return ids;
}

}  // namespace falconet
