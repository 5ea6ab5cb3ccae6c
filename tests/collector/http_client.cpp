#include "tests/collector/http_client.h"

#include <arpa/inet.h>
#include <curl/curl.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <system_error>

namespace dwell::test {
namespace {

constexpr long kDeadlineSeconds = 60;

std::size_t addBody(char* bytes, std::size_t, std::size_t count, void* answer) {
  static_cast<HttpAnswer*>(answer)->body.append(bytes, count);
  return count;
}

std::size_t addHeader(char* bytes, std::size_t, std::size_t count, void* answer) {
  std::string line(bytes, count);
  while (!line.empty() && (line.back() == '\r' || line.back() == '\n')) line.pop_back();
  const auto colon = line.find(": ");
  if (colon != std::string::npos) {
    std::string name = line.substr(0, colon);
    for (char& c : name) c = static_cast<char>(std::tolower(c));
    static_cast<HttpAnswer*>(answer)->headers[name] = line.substr(colon + 2);
  }
  return count;
}

[[noreturn]] void fail(const char* what) { throw std::system_error(errno, std::generic_category(), what); }

}  // namespace

HttpClient::HttpClient(std::uint16_t port)
    : origin_("http://127.0.0.1:" + std::to_string(port)), curl_(curl_easy_init(), curl_easy_cleanup) {}

HttpAnswer HttpClient::get(const std::string& path) {
  curl_easy_reset(curl_.get());
  return perform(path, {});
}

HttpAnswer HttpClient::post(const std::string& path, const std::string& body,
                            const std::vector<std::string>& headers) {
  curl_easy_reset(curl_.get());
  curl_easy_setopt(curl_.get(), CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(body.size()));
  curl_easy_setopt(curl_.get(), CURLOPT_POSTFIELDS, body.data());
  return perform(path, headers);
}

HttpAnswer HttpClient::perform(const std::string& path, const std::vector<std::string>& headers) {
  HttpAnswer answer;
  curl_slist* list = nullptr;
  for (const std::string& header : headers) list = curl_slist_append(list, header.c_str());
  CURL* curl = curl_.get();
  const std::string url = origin_ + path;
  curl_easy_setopt(curl, CURLOPT_URL, url.c_str());
  curl_easy_setopt(curl, CURLOPT_HTTPHEADER, list);
  curl_easy_setopt(curl, CURLOPT_TIMEOUT, kDeadlineSeconds);
  curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, addBody);
  curl_easy_setopt(curl, CURLOPT_WRITEDATA, &answer);
  curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, addHeader);
  curl_easy_setopt(curl, CURLOPT_HEADERDATA, &answer);
  curl_easy_perform(curl);  // what failed shows as status 0
  long status = 0, connects = 0;
  curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
  curl_easy_getinfo(curl, CURLINFO_NUM_CONNECTS, &connects);
  curl_slist_free_all(list);
  answer.status = static_cast<int>(status);
  connects_ += connects;
  return answer;
}

RawConnection::RawConnection(std::uint16_t port) : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  if (socket_ < 0) fail("socket");
  const timeval deadline{kDeadlineSeconds, 0};
  ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &deadline, sizeof deadline);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) fail("connect");
}

RawConnection::~RawConnection() { ::close(socket_); }

void RawConnection::send(const std::string& bytes) {
  for (std::size_t sent = 0; sent < bytes.size();) {
    const ssize_t count = ::send(socket_, bytes.data() + sent, bytes.size() - sent, MSG_NOSIGNAL);
    if (count < 0) return;  // the server closed: what it said is still to be read
    sent += static_cast<std::size_t>(count);
  }
}

std::string RawConnection::readToEnd() { return read(static_cast<std::size_t>(-1)); }

std::string RawConnection::read(std::size_t bytes) {
  std::string all;
  char buffer[4'096];
  while (all.size() < bytes) {
    const ssize_t count = ::recv(socket_, buffer, sizeof buffer, 0);
    if (count < 0 && errno != ECONNRESET) fail("recv");
    if (count <= 0) break;
    all.append(buffer, static_cast<std::size_t>(count));
  }
  return all;
}

}  // namespace dwell::test
