#include "feedback/pii_redaction.h"

#include <algorithm>
#include <numeric>
#include <tuple>

#include "base/unicode.h"
#include "feedback/pii_text.h"

namespace falconet {
namespace {

struct PersonalDataRow {
  std::string_view name;
  std::string_view english;
  std::string_view chinese;
};

// In the order of the enumerators.
constexpr std::array<PersonalDataRow, kPersonalData.size()> kPersonalDataRows = {{
    {"secret", "[secret]", "[密钥]"},
    {"link_with_password", "[link with password]", "[含密码的链接]"},
    {"e_mail", "[e-mail]", "[邮箱]"},
    {"id_card", "[ID card]", "[身份证号]"},
    {"bank_card", "[bank card]", "[银行卡号]"},
    {"phone", "[phone]", "[电话]"},
    {"ip_address", "[IP address]", "[IP 地址]"},
    {"address", "[address]", "[地址]"},
    {"account", "[account]", "[账号]"},
}};

std::size_t place_of(PersonalData kind) { return static_cast<std::size_t>(kind); }

char32_t folded_width(char32_t c) {
  if (c >= 0xFF01 && c <= 0xFF5E) return c - 0xFEE0;
  return c == 0x3000 || c == 0x00A0 ? U' ' : c;
}

char32_t ascii_lower(char32_t c) { return c >= U'A' && c <= U'Z' ? c + 32 : c; }

}  // namespace

PiiText::PiiText(std::string_view text) {
  characters_.reserve(text.size());
  offsets_.reserve(text.size() + 1);
  for (std::size_t at = 0; at < text.size();) {
    const Utf8Character character = decode_utf8(text, at);
    characters_.push_back(folded_width(character.code_point));
    offsets_.push_back(static_cast<std::uint32_t>(at));
    has_ideographs_ |= is_han(character.code_point);
    at += static_cast<std::size_t>(character.num_bytes);
  }
  offsets_.push_back(static_cast<std::uint32_t>(text.size()));
}

bool PiiText::has_at(std::size_t i, std::u32string_view word) const {
  for (std::size_t k = 0; k < word.size(); ++k) {
    if (ascii_lower(at(i + k)) != word[k]) return false;
  }
  return true;
}

bool PiiText::has_before(std::size_t i, std::u32string_view word) const {
  return i >= word.size() && has_at(i - word.size(), word);
}

std::int64_t RedactionCounts::total() const {
  return std::accumulate(of.begin(), of.end(), std::int64_t{0});
}

RedactionCounts& RedactionCounts::operator+=(const RedactionCounts& other) {
  for (std::size_t i = 0; i < of.size(); ++i) of[i] += other.of[i];
  return *this;
}

namespace {

std::vector<PersonalDataRange> ranges_in(const PiiText& text) {
  std::vector<PiiRange> found;
  find_secrets(text, found);
  find_links_and_emails(text, found);
  find_numbers(text, found);
  find_ip_addresses(text, found);
  find_postal_addresses(text, found);
  std::ranges::sort(found, [](const PiiRange& a, const PiiRange& b) {
    return std::tuple(a.begin, b.end, a.kind) < std::tuple(b.begin, a.end, b.kind);
  });
  std::vector<PersonalDataRange> ranges;
  for (const PiiRange& range : found) {
    const std::size_t begin = text.byte_of(range.begin);
    const std::size_t end = text.byte_of(range.end);
    if (!ranges.empty() && begin < ranges.back().end) {
      ranges.back().end = std::max(ranges.back().end, end);
    } else {
      ranges.push_back({range.kind, begin, end});
    }
  }
  return ranges;
}

}  // namespace

std::vector<PersonalDataRange> find_personal_data(std::string_view text) {
  return ranges_in(PiiText(text));
}

RedactedText redact_personal_data(std::string_view text) {
  const PiiText characters(text);
  RedactedText out;
  std::size_t done = 0;
  for (const PersonalDataRange& range : ranges_in(characters)) {
    const PersonalDataRow& row = kPersonalDataRows[place_of(range.kind)];
    out.text += text.substr(done, range.begin - done);
    out.text += characters.has_ideographs() ? row.chinese : row.english;
    done = range.end;
    ++out.counts.of[place_of(range.kind)];
  }
  out.text += text.substr(done);
  return out;
}

std::string_view personal_data_name(PersonalData kind) {
  return kPersonalDataRows[place_of(kind)].name;
}

}  // namespace falconet
