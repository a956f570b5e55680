#include "store/postgres_url.h"

#include <gtest/gtest.h>

namespace falconet {
namespace {

std::string shown(std::string_view url) {
  const auto parsed = parse_postgres_url(url);
  return parsed ? parsed->shown : "refused";
}

TEST(PostgresUrl, ShowsEverythingButThePassword) {
  EXPECT_EQ(shown("postgresql://ada@db.example:5433/falconet?sslmode=require"),
            "postgresql://ada@db.example:5433/falconet?sslmode=require");
  EXPECT_EQ(shown("postgres://ada:s3cret@db/falconet"), "postgres://ada@db/falconet");
  EXPECT_EQ(shown("postgresql://ada:s3:c?ret@[::1]:5432,other/x"),
            "postgresql://ada@[::1]:5432,other/x");
  EXPECT_EQ(shown("postgresql:///x?host=/run/pg&password=s3cret&port=5433"),
            "postgresql:///x?host=/run/pg&port=5433");
  EXPECT_EQ(shown("postgresql://db/x?sslpassword=s3cret&pass%77ord=s3cret"), "postgresql://db/x");
  EXPECT_EQ(shown("postgresql://"), "postgresql://");
  EXPECT_EQ(parse_postgres_url("postgres://ada:s3cret@db/x")->whole, "postgres://ada:s3cret@db/x");
}

TEST(PostgresUrl, RefusesWhatWouldMakeAPasswordAHostsName) {
  for (const char* url :
       {"postgresql://ada:s3@cret@db/x", "postgresql://ada:s3/cret@db/x", "mysql://ada:s3cret@db/x",
        "ada:s3cret@db/x", "postgresql://ada:s3cret", "host=db password=s3cret", ""}) {
    const auto parsed = parse_postgres_url(url);
    ASSERT_FALSE(parsed) << url;
    EXPECT_EQ(parsed.error().code, ErrorCode::InvalidArgument);
    EXPECT_EQ(parsed.error().message.find("cret"), std::string::npos) << parsed.error().message;
    EXPECT_EQ(parsed.error().message.find("s3"), std::string::npos) << parsed.error().message;
  }
}

}  // namespace
}  // namespace falconet
