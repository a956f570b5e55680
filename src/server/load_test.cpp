// Many clients at once, some of whom leave: nothing is lost, and threads keep out of each other's
// way (the tsan preset runs this).
#include <gtest/gtest.h>

#include <thread>

#include "base/random.h"
#include "server/metered_server_test.h"

namespace falconet {
namespace {

constexpr int kNumClients = 8;
constexpr int kRequestsEach = 12;

/// Streams answers; about one in three is left in the middle. The number of those read to the end.
int be_a_client(int port, std::uint64_t seed) {
  Random random(seed);
  int num_read = 0;
  for (int i = 0; i < kRequestsEach; ++i) {
    TestClient client(port);
    const std::string body =
        cat(R"({"stream":true,"model":"tiny","n":)", 1 + random.below(2), R"(,"max_tokens":)",
            1 + random.below(60), R"(,"prompt":")", std::string(1 + random.below(3), 'a'),
            std::string(random.below(120), 'b'), R"("})");
    client.send(TestClient::request_text("POST", "/v1/completions", body));
    if (random.below(3) == 0) {
      client.read_until("data: ");
      continue;
    }
    const TestResponse response = client.read_response();
    EXPECT_EQ(response.status, 200) << response.body;
    EXPECT_TRUE(response.body.ends_with("data: [DONE]\n\n"));
    ++num_read;
  }
  return num_read;
}

TEST(ServerUnderLoad, AnswersEverybodyWhoStaysAndForgetsWhoLeaves) {
  MeteredServer test;
  std::atomic<int> num_read = 0;
  std::atomic<bool> is_done = false;
  std::vector<std::jthread> clients;
  for (int i = 0; i < kNumClients; ++i) {
    clients.emplace_back([&, i] {
      num_read += be_a_client(test.server->port(), static_cast<std::uint64_t>(i) + 1);
    });
  }
  std::jthread watcher([&] {
    while (!is_done) EXPECT_NE(test.metrics().find("vllm:num_requests_running"), std::string::npos);
  });
  clients.clear();
  is_done = true;
  watcher.join();
  EXPECT_GT(num_read, kNumClients * kRequestsEach / 3);
  const auto stats = [&] { return *test.models.find("tiny").value()->engine_stats(); };
  EXPECT_TRUE(eventually([&] {
    const EngineStats now = stats();
    return now.num_running == 0 && now.num_waiting == 0 && now.num_used_blocks == 0;
  }));
  // Who left before the request was read may not have been heard at all.
  EXPECT_LE(stats().num_finished_requests, static_cast<std::uint64_t>(kNumClients * kRequestsEach));
  EXPECT_GE(stats().num_finished_requests, static_cast<std::uint64_t>(num_read));
}

}  // namespace
}  // namespace falconet
