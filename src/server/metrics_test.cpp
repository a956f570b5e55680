// What /metrics says after real requests to a real engine, and who may read it.
#include "server/metrics.h"

#include <gmock/gmock.h>

#include <map>

#include "server/accounts_test.h"
#include "server/metered_server_test.h"

namespace falconet {
namespace {

using testing::HasSubstr;

/// The samples of a text in Prometheus' format: "name{labels}" → value.
class Samples {
 public:
  explicit Samples(const std::string& text) {
    std::string family;
    for (const std::string_view line : split(text, '\n')) {
      if (line.starts_with("# HELP ")) {
        family = std::string(line.substr(7, line.find(' ', 7) - 7));
        EXPECT_TRUE(families_.emplace(family, "").second) << family << " comes twice";
      } else if (line.starts_with("# TYPE ")) {
        const std::string rest(line.substr(7));
        EXPECT_TRUE(rest.starts_with(family + " ")) << line;
        families_[family] = rest.substr(family.size() + 1);
      } else if (!line.empty()) {
        add(std::string(line), family);
      }
    }
  }

  double operator()(const std::string& name, const std::string& more = "") const {
    const std::string key = cat(name, R"({engine="0",model_name="tiny")", more, "}");
    const auto found = values_.find(key);
    EXPECT_NE(found, values_.end()) << key;
    return found == values_.end() ? -1 : found->second;
  }

  const std::map<std::string, std::string>& families() const { return families_; }
  const std::map<std::string, double>& values() const { return values_; }

 private:
  void add(const std::string& line, const std::string& family) {
    EXPECT_TRUE(line.starts_with(family)) << line << " is not of " << family;
    const auto space = line.rfind(' ');
    ASSERT_NE(space, std::string::npos) << line;
    const auto value = parse_number<double>(line.substr(space + 1));
    ASSERT_TRUE(value) << line;
    EXPECT_TRUE(values_.emplace(line.substr(0, space), *value).second) << line << " comes twice";
  }

  std::map<std::string, std::string> families_;  // type by name
  std::map<std::string, double> values_;
};

TEST(Metrics, CountWhatRequestsHaveDone) {
  MeteredServer test;
  const std::string ids = R"("prompt":[)" + [] {
    std::string text = "1";
    for (int i = 2; i <= 40; ++i) text += cat(",", i);
    return text;
  }() + "]";
  for (int i = 0; i < 3; ++i) {
    const TestResponse answer = test.complete(ids + R"(,"max_tokens":10)");
    EXPECT_EQ(answer.status, 200) << answer.body;
    EXPECT_EQ(answer.json()["usage"]["prompt_tokens_details"]["cached_tokens"], i == 0 ? 0 : 32);
  }
  EXPECT_EQ(test.complete(ids + R"(,"max_tokens":4,"n":2,"seed":1)").status, 200);
  const Samples samples(test.metrics());
  EXPECT_EQ(samples("vllm:prompt_tokens_total"), 4 * 40);
  EXPECT_EQ(samples("vllm:generation_tokens_total"), 3 * 10 + 2 * 4);
  EXPECT_EQ(samples("vllm:request_success_total", R"(,finished_reason="length")"), 5);
  EXPECT_EQ(samples("vllm:request_success_total", R"(,finished_reason="stop")"), 0);
  EXPECT_EQ(samples("vllm:request_prompt_tokens_sum"), 4 * 40);
  EXPECT_EQ(samples("vllm:request_prompt_tokens_count"), 4);
  EXPECT_EQ(samples("vllm:request_prompt_tokens_bucket", R"(,le="20.0")"), 0);
  EXPECT_EQ(samples("vllm:request_prompt_tokens_bucket", R"(,le="50.0")"), 4);
  EXPECT_EQ(samples("vllm:request_params_n_bucket", R"(,le="1.0")"), 3);
  EXPECT_EQ(samples("vllm:request_params_n_sum"), 5);
  EXPECT_EQ(samples("vllm:request_params_max_tokens_sum"), 3 * 10 + 4);
  EXPECT_EQ(samples("vllm:time_to_first_token_seconds_count"), 5);
  EXPECT_EQ(samples("vllm:inter_token_latency_seconds_count"), 3 * 9 + 2 * 3);
  EXPECT_EQ(samples("vllm:e2e_request_latency_seconds_count"), 4);
  EXPECT_EQ(samples("vllm:prefix_cache_queries_total"), 5 * 40);
  // 32 of the second and third; of the fourth 32, and 39 of its second choice.
  EXPECT_EQ(samples("vllm:prefix_cache_hits_total"), 3 * 32 + 39);
  EXPECT_EQ(samples("vllm:num_requests_running"), 0);
  EXPECT_EQ(samples("vllm:kv_cache_usage_perc"), 0);
  EXPECT_EQ(samples("falconet:computed_tokens_total"), samples("vllm:iteration_tokens_total_sum"));
  EXPECT_EQ(samples("vllm:cache_config_info",
                    R"(,block_size="16",num_gpu_blocks="100",enable_prefix_caching="True")"),
            1);
}

TEST(Metrics, AStopStringIsNoCancellation) {
  MeteredServer test;
  const Json answer =
      test.complete(R"("prompt":"x","max_tokens":200,"seed":3,"stop":["a","e","i","o","u","n"])")
          .json();
  ASSERT_EQ(answer["choices"][0]["finish_reason"], "stop") << answer.dump();
  const auto num_ended = [&](std::string_view reason) {
    return Samples(test.metrics())("vllm:request_success_total",
                                   cat(R"(,finished_reason=")", reason, R"(")"));
  };
  // So small a model may say all its 200 tokens before the reader has found the string.
  EXPECT_TRUE(eventually([&] { return num_ended("stop") + num_ended("length") == 1; }));
  EXPECT_EQ(num_ended("abort"), 0);
}

TEST(Metrics, CountWhatWasGuessed) {
  MeteredServer test;
  const TestResponse answer =
      test.complete(R"("prompt":[1,2,3],"max_tokens":40,"temperature":0,"logit_bias":{"7":100})");
  EXPECT_EQ(answer.status, 200) << answer.body;
  const Samples samples(test.metrics());
  const double num_accepted = samples("vllm:spec_decode_num_accepted_tokens_total");
  EXPECT_GT(samples("vllm:spec_decode_num_drafts_total"), 0);
  EXPECT_GT(num_accepted, 20) << "always the same token is easily guessed";
  EXPECT_EQ(samples("vllm:spec_decode_num_draft_tokens_total"), num_accepted);
  EXPECT_EQ(samples("falconet:steps_total") + num_accepted, 40) << "each step gives one more";
}

TEST(Metrics, AreWellFormed) {
  MeteredServer test;
  test.complete(R"("prompt":"hello","max_tokens":5)");
  const TestResponse response = TestClient(test.server->port()).get("/metrics");
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.headers.at("content-type"), "text/plain; version=0.0.4; charset=utf-8");
  const Samples samples(response.body);
  for (const auto& [name, type] : samples.families()) {
    if (type != "histogram") continue;
    double last = 0;
    int num_buckets = 0;
    for (const std::string_view line : split(response.body, '\n')) {
      if (!line.starts_with(name + "_bucket{")) continue;
      const double count = *parse_number<double>(line.substr(line.rfind(' ') + 1));
      EXPECT_GE(count, last) << line;
      last = count;
      ++num_buckets;
    }
    EXPECT_GT(num_buckets, 4) << name;
    EXPECT_EQ(last, samples(name + "_count")) << name;
    EXPECT_EQ(last, samples(name + "_bucket", R"(,le="+Inf")")) << name;
  }
  EXPECT_EQ(samples.families().at("vllm:generation_tokens_total"), "counter");
  EXPECT_EQ(samples.families().at("vllm:num_requests_running"), "gauge");
  // The bounds of lengths end at the context, as vLLM's do.
  EXPECT_TRUE(samples.values().contains(
      R"(vllm:request_prompt_tokens_bucket{engine="0",model_name="tiny",le="500.0"})"));
  EXPECT_FALSE(samples.values().contains(
      R"(vllm:request_prompt_tokens_bucket{engine="0",model_name="tiny",le="1000.0"})"));
}

TEST(Metrics, EscapeTheNamesOfModels) {
  const std::string text = metrics_text({{.name = "a\"b\\c\nd", .max_model_len = 10}});
  EXPECT_THAT(text, HasSubstr(R"(model_name="a\"b\\c\nd")"));
}

int metrics_status(const Server& server, const std::string& headers = "") {
  return TestClient(server.port()).get("/metrics", headers).status;
}

const std::string kSesame = "Authorization: Bearer sesame\r\n";
const std::string kWatch = "Authorization: Bearer watch\r\n";

TEST(Metrics, AreForWhoeverRunsTheServer) {
  EXPECT_EQ(metrics_status(*TestServer().server), 200) << "only this machine reaches it";
  ServerOptions options;
  options.host = "0.0.0.0";
  EXPECT_EQ(metrics_status(*TestServer(FakeCompleter::saying("x"), options).server), 403);
  options.api_keys = {"sesame"};
  const TestServer keyed(FakeCompleter::saying("x"), options);
  EXPECT_EQ(metrics_status(*keyed.server), 401);
  EXPECT_EQ(metrics_status(*keyed.server, kSesame), 200);
  options.metrics_key = "watch";
  const TestServer watched(FakeCompleter::saying("x"), options);
  EXPECT_EQ(metrics_status(*watched.server), 401);
  EXPECT_EQ(metrics_status(*watched.server, kSesame), 401) << "a user's key";
  EXPECT_EQ(metrics_status(*watched.server, kWatch), 200);
  TestClient client(watched.port());
  EXPECT_EQ(client.get("/v1/models", kWatch).status, 401) << "and it opens nothing else";
}

class MetricsOfAccounts : public AccountsTest {};

TEST_F(MetricsOfAccounts, AreForAdministratorsAlone) {
  const Person ada = first_person();
  const Person bob = new_person(ada, "bob", "researcher");
  EXPECT_EQ(metrics_status(*server), 401);
  EXPECT_EQ(metrics_status(*server, ada.headers()), 200);
  EXPECT_EQ(metrics_status(*server, bob.headers()), 403);
  ServerOptions options = account_options();
  options.api_keys = {"sesame"};
  start(options);
  EXPECT_EQ(metrics_status(*server, kSesame), 401) << "a key is any application's";
  EXPECT_EQ(metrics_status(*server, ada.headers()), 200);
  options.metrics_key = "watch";
  start(options);
  EXPECT_EQ(metrics_status(*server, kWatch), 200);
  EXPECT_EQ(metrics_status(*server, kSesame), 401);
}

}  // namespace
}  // namespace falconet
