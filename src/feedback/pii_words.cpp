// Secrets, links with passwords, e-mail addresses and messengers' accounts.
#include <algorithm>
#include <array>

#include "feedback/pii_text.h"

namespace falconet {
namespace {

constexpr std::size_t kMostSecret = 4096;  // characters; a JSON web token has some hundred
constexpr std::size_t kMostNamed = 256;

bool is_token_character(char32_t c) { return is_ascii_word(c) || c == U'-'; }
bool is_secret_character(char32_t c) {
  return is_token_character(c) || c == U'.' || c == U'+' || c == U'/' || c == U'=' || c == U'~';
}
bool is_password_character(char32_t c) {
  return c > U' ' && c < 0x7F && c != U',' && c != U';' && c != U'"' && c != U'\'' && c != U')';
}

/// What a service's keys begin with, and how many characters follow at least.
struct KeyPrefix {
  std::u32string_view text;
  std::size_t least;
};
constexpr std::array kKeyPrefixes = {
    KeyPrefix{U"sk-", 20},         KeyPrefix{U"sk_live_", 16}, KeyPrefix{U"sk_test_", 16},
    KeyPrefix{U"rk_live_", 16},    KeyPrefix{U"ghp_", 30},     KeyPrefix{U"gho_", 30},
    KeyPrefix{U"ghu_", 30},        KeyPrefix{U"ghs_", 30},     KeyPrefix{U"ghr_", 30},
    KeyPrefix{U"github_pat_", 20}, KeyPrefix{U"glpat-", 16},   KeyPrefix{U"xoxb-", 16},
    KeyPrefix{U"xoxp-", 16},       KeyPrefix{U"xoxa-", 16},    KeyPrefix{U"xoxr-", 16},
    KeyPrefix{U"xoxs-", 16},       KeyPrefix{U"akia", 16},     KeyPrefix{U"asia", 16},
    KeyPrefix{U"aiza", 30},        KeyPrefix{U"ya29.", 20},    KeyPrefix{U"hf_", 20},
    KeyPrefix{U"npm_", 30},        KeyPrefix{U"ltai", 12},     KeyPrefix{U"akid", 16},
    KeyPrefix{U"dop_v1_", 30},
};

/// Names whose value is secret. A password may be short; others must look like a key.
struct SecretName {
  std::u32string_view text;
  bool is_password;
};
constexpr std::array kSecretNames = {
    SecretName{U"api_key", false},    SecretName{U"api-key", false},
    SecretName{U"apikey", false},     SecretName{U"api key", false},
    SecretName{U"access_key", false}, SecretName{U"secret_key", false},
    SecretName{U"secret", false},     SecretName{U"access_token", false},
    SecretName{U"auth_token", false}, SecretName{U"token", false},
    SecretName{U"bearer", false},     SecretName{U"密钥", false},
    SecretName{U"令牌", false},       SecretName{U"password", true},
    SecretName{U"passwd", true},      SecretName{U"pwd", true},
    SecretName{U"passcode", true},    SecretName{U"密码", true},
    SecretName{U"口令", true},
};

class SecretFinder {
 public:
  SecretFinder(const PiiText& text, std::vector<PiiRange>& out) : text_(text), out_(out) {}

  void find() {
    for (std::size_t i = 0; i < text_.size();) {
      std::size_t end = private_key(i);
      if (end == i && !is_token_character(text_.before(i))) end = key(i);
      if (end == i) end = json_web_token(i);
      if (end == i) end = named(i);
      i = std::max(end, i + 1);
    }
  }

 private:
  std::size_t add(std::size_t begin, std::size_t end) {
    out_.push_back({PersonalData::Secret, begin, end});
    return end;
  }

  /// "-----BEGIN … PRIVATE KEY-----" to its end; all that follows where it has none.
  std::size_t private_key(std::size_t begin) {
    constexpr std::u32string_view kBegin = U"-----begin ";
    constexpr std::u32string_view kEnd = U"private key-----";
    if (text_.at(begin) != U'-' || !text_.has_at(begin, kBegin)) return begin;
    std::size_t at = begin + kBegin.size();
    const std::size_t last = at + 24;  // "RSA ", "OPENSSH ", "ENCRYPTED "
    while (at < last && !text_.has_at(at, kEnd)) ++at;
    if (at == last) return begin;
    for (at += kEnd.size(); at < text_.size(); ++at) {
      if (text_.at(at) == U'-' && text_.has_before(at + 5, U"-----") &&
          text_.has_before(at, U"private key")) {
        return add(begin, at + 5);
      }
    }
    return add(begin, text_.size());
  }

  std::size_t key(std::size_t begin) {
    for (const KeyPrefix& prefix : kKeyPrefixes) {
      if (!text_.has_at(begin, prefix.text)) continue;
      const std::size_t rest = begin + prefix.text.size();
      const std::size_t end = text_.end_of(rest, kMostSecret, is_token_character);
      if (end - rest >= prefix.least && has_digit(rest, end)) return add(begin, end);
    }
    return begin;
  }

  /// Three parts of base64 with points between; the first one is an object, "{\"…".
  std::size_t json_web_token(std::size_t begin) {
    if (text_.at(begin) != U'e' || text_.at(begin + 1) != U'y' || text_.at(begin + 2) != U'J') {
      return begin;
    }
    if (is_token_character(text_.before(begin))) return begin;
    const std::size_t end = text_.end_of(
        begin, kMostSecret, [](char32_t c) { return is_token_character(c) || c == U'.'; });
    std::size_t num_points = 0;
    for (std::size_t i = begin; i < end; ++i) num_points += text_.at(i) == U'.' ? 1 : 0;
    return num_points >= 2 && end - begin >= 40 ? add(begin, end) : begin;
  }

  bool has_digit(std::size_t begin, std::size_t end) const {
    for (std::size_t i = begin; i < end; ++i) {
      if (is_ascii_digit(text_.at(i))) return true;
    }
    return false;
  }
  bool has_letter(std::size_t begin, std::size_t end) const {
    for (std::size_t i = begin; i < end; ++i) {
      if (is_ascii_letter(text_.at(i))) return true;
    }
    return false;
  }

  /// "password: …", "api_key=…", "Bearer …", "密码是 …": the value, not the name.
  std::size_t named(std::size_t begin) {
    for (const SecretName& name : kSecretNames) {
      if (!text_.has_at(begin, name.text)) continue;
      const std::size_t after = begin + name.text.size();
      const std::size_t value = value_after(after, name.text == U"bearer");
      if (value == after) continue;
      const std::size_t end = text_.end_of(
          value, kMostNamed, name.is_password ? is_password_character : is_secret_character);
      const std::size_t size = end - value;
      const bool is_secret = name.is_password
                                 ? size >= 6 && has_digit(value, end)
                                 : size >= 16 && has_digit(value, end) && has_letter(value, end);
      if (is_secret) return add(value, end);
    }
    return begin;
  }

  /// Where the value begins; `after` itself where none is assigned.
  std::size_t value_after(std::size_t after, bool is_bare) const {
    const auto is_space = [](char32_t c) { return c == U' ' || c == U'"' || c == U'\''; };
    std::size_t at = text_.end_of(after, 3, is_space);
    const char32_t sign = text_.at(at);
    const bool is_assigned = sign == U':' || sign == U'=' || sign == U'是' || sign == U'为';
    if (!is_assigned && !text_.has_at(at, U"is ")) return is_bare && at > after ? at : after;
    at += is_assigned ? 1 : 3;
    return text_.end_of(at, 3, is_space);
  }

  const PiiText& text_;
  std::vector<PiiRange>& out_;
};

bool is_local_character(char32_t c) {
  return is_ascii_word(c) || c == U'.' || c == U'-' || c == U'+' || c == U'%';
}
bool is_host_character(char32_t c) {
  return is_ascii_digit(c) || is_ascii_letter(c) || c == U'.' || c == U'-';
}
bool is_authority_character(char32_t c) {
  return c > U' ' && c < 0x7F && c != U'/' && c != U'?' && c != U'#' && c != U'"' && c != U'<' &&
         c != U'>';
}
bool is_link_character(char32_t c) {
  return c > U' ' && c < 0x7F && c != U'"' && c != U'<' && c != U'>' && c != U')';
}

/// user:password@host after "://".
std::size_t find_link(const PiiText& text, std::size_t colon, std::vector<PiiRange>& out) {
  if (text.at(colon + 1) != U'/' || text.at(colon + 2) != U'/') return colon;
  const std::size_t begin = text.begin_of(colon, 12, [](char32_t c) {
    return is_ascii_word(c) || c == U'+' || c == U'-' || c == U'.';
  });
  const std::size_t end = text.end_of(colon + 3, 512, is_authority_character);
  bool has_password = false;
  bool has_host = false;
  for (std::size_t i = colon + 3; i < end; ++i) {
    has_host |= has_password && text.at(i) == U'@';
    has_password |= text.at(i) == U':';
  }
  if (!has_host || begin == colon) return colon;
  const std::size_t last = text.end_of(end, 2048, is_link_character);
  out.push_back({PersonalData::LinkWithPassword, begin, last});
  return last;
}

std::size_t find_email(const PiiText& text, std::size_t at, std::vector<PiiRange>& out) {
  std::size_t begin = text.begin_of(at, 64, is_local_character);
  while (begin < at && !is_ascii_word(text.at(begin))) ++begin;
  std::size_t end = text.end_of(at + 1, 253, is_host_character);
  while (end > at + 1 && !is_ascii_digit(text.before(end)) && !is_ascii_letter(text.before(end))) {
    --end;
  }
  const std::size_t top = text.begin_of(end, 24, is_ascii_letter);
  if (begin == at || top < at + 3 || end - top < 2 || text.before(top) != U'.') return at;
  const bool is_repository = at - begin == 3 && text.has_at(begin, U"git") && text.at(end) == U':';
  if (is_repository) return at;
  out.push_back({PersonalData::Email, begin, end});
  return end;
}

/// "微信号：falcon_88", "QQ: 12345678".
void find_account(const PiiText& text, std::size_t at, std::vector<PiiRange>& out) {
  for (const std::u32string_view name :
       {U"微信号", U"微信", U"wechat id", U"wechat", U"qq号", U"qq"}) {
    if (!text.has_at(at, name) || is_ascii_letter(text.before(at))) continue;
    std::size_t value = text.end_of(at + name.size(), 2, [](char32_t c) { return c == U' '; });
    const char32_t sign = text.at(value);
    if (sign != U':' && sign != U'是') return;
    value = text.end_of(value + 1, 2, [](char32_t c) { return c == U' '; });
    const std::size_t end = text.end_of(value, 21, is_token_character);
    bool has_digit = false;
    for (std::size_t i = value; i < end; ++i) has_digit |= is_ascii_digit(text.at(i));
    if (end - value >= 5 && end - value <= 20 && has_digit) {
      out.push_back({PersonalData::Account, value, end});
    }
    return;
  }
}

}  // namespace

void find_secrets(const PiiText& text, std::vector<PiiRange>& out) {
  SecretFinder(text, out).find();
}

void find_links_and_emails(const PiiText& text, std::vector<PiiRange>& out) {
  for (std::size_t i = 0; i < text.size();) {
    const char32_t c = text.at(i);
    std::size_t end = i;
    if (c == U':') end = find_link(text, i, out);
    if (c == U'@') end = find_email(text, i, out);
    if (c == U'q' || c == U'Q' || c == U'w' || c == U'W' || c == U'微') find_account(text, i, out);
    i = std::max(end, i + 1);
  }
}

}  // namespace falconet
