#include "store/postgres_text.h"

#include <gtest/gtest.h>

#include "base/unicode.h"

namespace falconet {
namespace {

TEST(PostgresText, NumbersThePlacesOfParameters) {
  const NumberedSql numbered =
      number_places("SELECT '?', \"a?\" FROM t WHERE a = ? AND b IN (?, ?)");
  EXPECT_EQ(numbered.text, "SELECT '?', \"a?\" FROM t WHERE a = $1 AND b IN ($2, $3)");
  EXPECT_EQ(numbered.num_places, 3u);
  EXPECT_EQ(number_places("SELECT 'it''s ?' || ?").text, "SELECT 'it''s ?' || $1");
}

TEST(PostgresText, KeepsEveryByteAndIsAlwaysValid) {
  const std::string texts[] = {"",
                               "plain 知 🐦",
                               std::string("zero\0byte", 9),
                               "cut \xE7\x9F",
                               "\xED\xA0\x80 surrogate",
                               "\xFF\xFE",
                               "the mark \xEF\xB7\x90 itself",
                               "\xEF\xB7\x90"
                               "00"};
  for (const std::string& text : texts) {
    const std::string written = to_postgres_text(text);
    EXPECT_TRUE(is_valid_utf8(written)) << written;
    EXPECT_EQ(written.find('\0'), std::string::npos);
    EXPECT_EQ(from_postgres_text(written), text);
  }
  EXPECT_EQ(to_postgres_text("plain 知"), "plain 知");
  EXPECT_EQ(from_postgres_text("\xEF\xB7\x90zz"), "\xEF\xB7\x90zz") << "written by others";
}

}  // namespace
}  // namespace falconet
