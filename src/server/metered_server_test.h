// A server over a real engine with a fake model, for tests.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>

#include "completion/local_completer.h"
#include "completion/test_tokenizer.h"
#include "engine/fake_model.h"
#include "server/server_test.h"

namespace falconet {

/// A server whose model, "tiny", is an engine of ours that says one thing or another.
struct MeteredServer {
  explicit MeteredServer(ServerOptions options = {}) {
    models.serve({"tiny", "alias"}, std::make_shared<LocalCompleter>(LocalCompleterParts{
                                        .description = {.id = "tiny", .max_model_len = 500},
                                        .tokenizer = test_tokens::byte_tokenizer(),
                                        .chat_template = std::nullopt,
                                        .defaults = {},
                                        .end_tokens = {},
                                        .pool = std::make_unique<ThreadPool>(1),
                                        .model = std::make_unique<FakeModel>(FakeModelOptions{
                                            .vocab_size = test_tokens::kVocabSize}),
                                        .engine = {.num_blocks = 100,
                                                   .max_model_len = 500,
                                                   .max_num_seqs = 4,
                                                   .speculation = kUsualSpeculation}}));
    options.port = 0;
    auto started = Server::start(std::move(options), models);
    EXPECT_TRUE(started);
    server = *std::move(started);
  }

  TestResponse complete(const std::string& members) {
    return TestClient(server->port())
        .post("/v1/completions", cat(R"({"model":"alias",)", members, "}"));
  }
  std::string metrics() { return TestClient(server->port()).get("/metrics").body; }

  ModelDirectory models;
  std::unique_ptr<Server> server;
};

}  // namespace falconet
