// A web server for tests: on loopback, one answer a connection, and free to misbehave.
#pragma once

#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace falconet {

struct TestRequest {
  std::string path;                            // with the query
  std::map<std::string, std::string> headers;  // names in lower case
  std::string body = {};
};

/// The bytes are sent as they are and the connection is closed, so that a promise of more bytes
/// than there are looks like a broken connection.
using TestHandler = std::function<std::string(const TestRequest&)>;

class ScriptedServer {
 public:
  explicit ScriptedServer(TestHandler handler);
  ~ScriptedServer();
  ScriptedServer(const ScriptedServer&) = delete;
  ScriptedServer& operator=(const ScriptedServer&) = delete;

  /// "http://127.0.0.1:PORT"
  std::string address() const;

  /// What was asked so far.
  std::vector<TestRequest> requests() const;

 private:
  void serve();
  void answer(int connection);

  TestHandler handler_;
  int listener_ = -1;
  int port_ = 0;
  mutable std::mutex mutex_;
  std::vector<TestRequest> requests_;
  std::jthread thread_;
};

/// "HTTP/1.1 200 OK" with these header lines, Content-Length and the body.
std::string test_answer(int status, const std::vector<std::string>& headers,
                        const std::string& body);

/// What a good server says to a request for `body`: honours Range and If-Range.
std::string test_file_answer(const TestRequest& request, const std::string& body,
                             const std::string& etag);

}  // namespace falconet
