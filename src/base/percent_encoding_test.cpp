#include "base/percent_encoding.h"

#include <gtest/gtest.h>

namespace falconet {
namespace {

TEST(PercentEncoding, KeepsUnreservedCharactersAndThoseThatAreAskedFor) {
  EXPECT_EQ(percent_encode("Az09-._~"), "Az09-._~");
  EXPECT_EQ(percent_encode("a b/c%é"), "a%20b%2Fc%25%C3%A9");
  EXPECT_EQ(percent_encode("a/b?", "/"), "a/b%3F");
}

TEST(PercentEncoding, IsUndone) {
  std::string bytes;
  for (int byte = 0; byte < 256; ++byte) bytes += static_cast<char>(byte);
  EXPECT_EQ(percent_decode(percent_encode(bytes)), bytes);
  EXPECT_EQ(percent_decode("%7e%7E"), "~~");
}

TEST(PercentEncoding, LeavesWhatIsNoEscape) {
  for (const char* text : {"%", "%4", "%zz", "%4z", "100%", "%+4", "%-1"}) {
    EXPECT_EQ(percent_decode(text), text);
  }
}

}  // namespace
}  // namespace falconet
