// Personal data in people's words: found by rules, replaced by marks that say what stood there.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace falconet {

enum class PersonalData {
  Secret,  // API keys, tokens, passwords, private keys
  LinkWithPassword,
  Email,
  IdCard,  // of China, GB 11643
  BankCard,
  Phone,
  IpAddress,
  Address,  // postal
  Account,  // of a messenger: a WeChat or QQ number
};

inline constexpr std::array kPersonalData = {
    PersonalData::Secret,    PersonalData::LinkWithPassword, PersonalData::Email,
    PersonalData::IdCard,    PersonalData::BankCard,         PersonalData::Phone,
    PersonalData::IpAddress, PersonalData::Address,          PersonalData::Account,
};

/// Bytes [begin, end) of a text.
struct PersonalDataRange {
  PersonalData kind = PersonalData::Secret;
  std::size_t begin = 0;
  std::size_t end = 0;
};

struct RedactionCounts {
  std::array<std::int64_t, kPersonalData.size()> of = {};  // by kind

  std::int64_t total() const;
  RedactionCounts& operator+=(const RedactionCounts& other);
};

struct RedactedText {
  std::string text = {};
  RedactionCounts counts = {};
};

/// In order, none overlapping: where two rules meet, the range covers both and has the first one's
/// kind. Conservative: numbers need a checksum, a country's form or a word that says what they are;
/// docs/feedback-data.md says how often that is right. The time is linear in the text.
std::vector<PersonalDataRange> find_personal_data(std::string_view text);

/// Marks such as "[e-mail]", in a text with Chinese characters "[邮箱]". What has been redacted is
/// left as it is.
RedactedText redact_personal_data(std::string_view text);

/// As it stands in files: "e_mail".
std::string_view personal_data_name(PersonalData kind);

}  // namespace falconet
