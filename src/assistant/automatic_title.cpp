#include "assistant/automatic_title.h"

#include <algorithm>

#include "base/strings.h"
#include "base/unicode.h"

namespace falconet {
namespace {

// What a list of conversations has room for beside the page.
constexpr std::size_t kTitleColumns = 40;

// From here on scripts are mostly those whose characters are two columns wide.
constexpr char32_t kFirstWide = 0x1100;

/// Without the marks that begin headings, quotations and lists.
std::string_view first_line(std::string_view text) {
  for (const std::string_view line : split(text, '\n')) {
    std::string_view rest = trim(line);
    rest.remove_prefix(std::min(rest.size(), rest.find_first_not_of("#>*-`= \t")));
    if (!rest.empty()) return rest;
  }
  return {};
}

std::string shortened(std::string_view line) {
  std::size_t columns = 0;
  std::size_t at = 0;
  std::size_t last_space = 0;
  while (at < line.size()) {
    const Utf8Character c = decode_utf8(line, at);
    columns += c.code_point >= kFirstWide ? 2 : 1;
    if (is_white_space(c.code_point)) last_space = at;
    if (columns > kTitleColumns) break;
    at += static_cast<std::size_t>(c.num_bytes);
  }
  if (at >= line.size()) return std::string(line);
  // A word longer than half of the title is cut itself.
  const std::size_t end = last_space > at / 2 ? last_space : at;
  return cat(trim(line.substr(0, end)), "…");
}

}  // namespace

std::string automatic_title(const std::vector<Message>& branch) {
  for (const Message& message : branch) {
    if (message.role != "user") continue;
    if (const auto line = first_line(message.content); !line.empty()) return shortened(line);
    if (!message.attachments.empty()) return shortened(message.attachments.front().name);
  }
  return "";
}

}  // namespace falconet
