#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

/// What tests talk HTTP with: libcurl as clients use it, and a bare socket for what libcurl would not do.
namespace dwell::test {

struct HttpAnswer {
  int status = 0;                              ///< 0: no answer
  std::map<std::string, std::string> headers;  ///< names in lower case
  std::string body;
};

/// One client with one connection, kept alive between requests.
class HttpClient {
 public:
  explicit HttpClient(std::uint16_t port);

  HttpAnswer get(const std::string& path);
  /// `headers`: lines "Name: value". Longer bodies are announced with Expect: 100-continue.
  HttpAnswer post(const std::string& path, const std::string& body, const std::vector<std::string>& headers);
  /// Connections that were opened so far.
  long connects() const { return connects_; }

 private:
  HttpAnswer perform(const std::string& path, const std::vector<std::string>& headers);

  std::string origin_;
  std::shared_ptr<void> curl_;
  long connects_ = 0;
};

/// A connection to 127.0.0.1; reads give up after a minute.
class RawConnection {
 public:
  explicit RawConnection(std::uint16_t port);
  ~RawConnection();
  RawConnection(const RawConnection&) = delete;
  RawConnection& operator=(const RawConnection&) = delete;

  void send(const std::string& bytes);
  /// All that comes until the server closes.
  std::string readToEnd();
  /// At least `bytes`, less only if the server closes.
  std::string read(std::size_t bytes);

 private:
  int socket_;
};

}  // namespace dwell::test
