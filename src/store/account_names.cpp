#include "store/account_names.h"

#include "base/strings.h"
#include "base/unicode.h"

namespace falconet {
namespace {

// Names come from log-in forms too, where they may be anything.
constexpr std::size_t kMaxKeyBytes = 512;

bool may_stand_in_name(char32_t character, bool is_first) {
  if (is_letter(character) || is_number(character)) return true;
  if (is_mark(character)) return !is_first;  // vowels of Indic scripts
  return character == U'.' || character == U'_' || character == U'-' || character == U'@';
}

}  // namespace

Result<std::string> account_name(std::string_view typed) {
  const Error wrong =
      error(ErrorCode::InvalidArgument, "name: expected ", kMinAccountNameCharacters, " to ",
            kMaxAccountNameCharacters, " letters, digits or one of . _ - @");
  if (typed.size() > kMaxKeyBytes || !is_valid_utf8(typed)) return wrong;
  std::string name = to_nfkc(trim(typed));
  std::size_t num_characters = 0;
  for (std::size_t i = 0; i < name.size(); ++num_characters) {
    const Utf8Character character = decode_utf8(name, i);
    if (!may_stand_in_name(character.code_point, i == 0)) return wrong;
    i += static_cast<std::size_t>(character.num_bytes);
  }
  if (num_characters < kMinAccountNameCharacters || num_characters > kMaxAccountNameCharacters) {
    return wrong;
  }
  return name;
}

std::string account_name_key(std::string_view name) {
  const std::string form = to_nfkc(trim(name.substr(0, kMaxKeyBytes)));
  std::string key;
  for (std::size_t i = 0; i < form.size();) {
    const Utf8Character character = decode_utf8(form, i);
    append_utf8(key, to_lower(character.code_point));
    i += static_cast<std::size_t>(character.num_bytes);
  }
  return key;
}

}  // namespace falconet
