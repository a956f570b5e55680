#include "store/endpoints.h"

#include "store/store_test.h"

namespace falconet {
namespace {

class EndpointsOf : public StoreTest {
 protected:
  Endpoint add(const EndpointChange& fields) {
    return write([&](Transaction& t) { return create_endpoint(t, fields); });
  }
  std::vector<Endpoint> all() {
    return read([](Transaction& t) { return list_endpoints(t); });
  }
  const EndpointChange ours = {.name = "Ours",
                               .url = "https://llm.example.org/v1",
                               .key = "k-123",
                               .models = std::vector<std::string>{"a", "b/c"}};
};
INSTANTIATE_TEST_SUITE_P(Databases, EndpointsOf, tested_databases(), database_name);

TEST_P(EndpointsOf, AreKeptAsTheyWereGivenAndChangedFieldByField) {
  const Endpoint made = add(ours);
  add({.name = "Second", .url = "http://127.0.0.1:1"});
  reopen();
  ASSERT_EQ(all().size(), 2u);
  const Endpoint kept = all().front();
  EXPECT_EQ(kept.id, made.id);
  EXPECT_EQ(kept.name, "Ours");
  EXPECT_EQ(kept.url, "https://llm.example.org/v1");
  EXPECT_EQ(kept.key, "k-123");
  EXPECT_EQ(kept.models, (std::vector<std::string>{"a", "b/c"}));
  EXPECT_TRUE(kept.is_enabled);
  const Endpoint changed = write([&](Transaction& t) {
    return update_endpoint(t, made.id, {.name = " Theirs ", .is_enabled = false});
  });
  EXPECT_EQ(changed.name, "Theirs");
  EXPECT_EQ(changed.key, "k-123") << "what is not given stays";
  EXPECT_FALSE(all().front().is_enabled);
  write([&](Transaction& t) { return delete_endpoint(t, made.id); });
  EXPECT_EQ(all().size(), 1u);
}

TEST_P(EndpointsOf, HaveNamesOfTheirOwn) {
  add(ours);
  const Endpoint second = add({.name = "Second", .url = "http://127.0.0.1:1"});
  EXPECT_EQ(failure([&](Transaction& t) { return create_endpoint(t, ours); }),
            ErrorCode::AlreadyExists);
  EXPECT_EQ(
      failure([&](Transaction& t) { return update_endpoint(t, second.id, {.name = "Ours"}); }),
      ErrorCode::AlreadyExists);
  write([&](Transaction& t) { return update_endpoint(t, second.id, {.name = "Second"}); });
}

TEST_P(EndpointsOf, RefuseWhatDoesNotBelongThere) {
  const Endpoint made = add(ours);
  const std::vector<EndpointChange> wrong = {
      {.name = "  "},
      {.name = std::string(kMaxEndpointNameBytes + 1, 'n')},
      {.url = std::string(kMaxEndpointUrlBytes + 1, 'u')},
      {.key = "one\r\nX-Other: two"},
      {.key = "schlüssel"},
      {.models = std::vector<std::string>(kMaxEndpointModels + 1, "m")},
      {.models = std::vector<std::string>{""}}};
  for (std::size_t i = 0; i < wrong.size(); ++i) {
    EXPECT_EQ(failure([&](Transaction& t) { return update_endpoint(t, made.id, wrong[i]); }),
              ErrorCode::InvalidArgument)
        << i;
  }
  EXPECT_EQ(all().front().changed, made.changed);
}

TEST_P(EndpointsOf, AreNotFoundOnceTheyAreGone) {
  const EndpointId id{"none"};
  EXPECT_EQ(failure([&](Transaction& t) { return find_endpoint(t, id); }), ErrorCode::NotFound);
  EXPECT_EQ(failure([&](Transaction& t) { return update_endpoint(t, id, {}); }),
            ErrorCode::NotFound);
  EXPECT_EQ(failure([&](Transaction& t) { return delete_endpoint(t, id); }), ErrorCode::NotFound);
}

TEST_P(EndpointsOf, HaveAnEnd) {
  for (std::int64_t i = 0; i < kMaxEndpoints; ++i) add({.name = cat("e", i), .url = "http://a"});
  EXPECT_EQ(failure([&](Transaction& t) { return create_endpoint(t, ours); }),
            ErrorCode::Exhausted);
}

}  // namespace
}  // namespace falconet
