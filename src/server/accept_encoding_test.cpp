#include "server/accept_encoding.h"

#include <gtest/gtest.h>

#include <array>

namespace falconet {
namespace {

constexpr std::array kBoth = {ContentCoding::Brotli, ContentCoding::Gzip};

// The cases of RFC 9110, section 12.5.3, and of what clients get wrong.
TEST(AcceptEncoding, TheWeightsDecide) {
  struct Case {
    const char* header;
    const char* chosen;
  };
  const std::array cases = {
      Case{"", "identity"},
      Case{"gzip, deflate, br, zstd", "br"},
      Case{"gzip, deflate", "gzip"},
      Case{"x-gzip", "gzip"},
      Case{"GZIP;Q=1.0", "gzip"},
      Case{"br;q=0.5, gzip;q=0.8", "gzip"},
      Case{"br;q=0.801, gzip;q=0.8", "br"},
      Case{"br;q=0, gzip;q=0.1", "gzip"},
      Case{"br;q=0.000", "identity"},
      Case{" br ; q=1 ", "br"},
      Case{"*", "br"},
      Case{"*;q=0.5, br;q=0.1", "gzip"},
      Case{"br;q=0, *", "gzip"},
      Case{"*;q=0", "identity"},
      Case{"identity, gzip;q=0.5", "identity"},
      Case{"identity;q=0.5, gzip;q=1", "gzip"},
      Case{"identity;q=0, gzip;q=0.2", "gzip"},
      Case{"gzip;q=2, br;q=1.5", "identity"},
      Case{"gzip;q=abc", "identity"},
      Case{"gzip;q=", "identity"},
      Case{"gzip;q=-1", "identity"},
      Case{"brotli, gzippy", "identity"},
      Case{";;,,;q=1", "identity"},
  };
  for (const Case& each : cases) {
    EXPECT_STREQ(content_coding_name(choose_coding(each.header, kBoth)), each.chosen)
        << each.header;
  }
}

TEST(AcceptEncoding, WhatIsNotThereIsNotChosen) {
  constexpr std::array kGzip = {ContentCoding::Gzip};
  EXPECT_EQ(choose_coding("br, gzip;q=0.1", kGzip), ContentCoding::Gzip);
  EXPECT_EQ(choose_coding("br", kGzip), ContentCoding::Identity);
  EXPECT_EQ(choose_coding("br, gzip", {}), ContentCoding::Identity);
}

}  // namespace
}  // namespace falconet
