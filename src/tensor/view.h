// Views of matrices in memory: shape and stride, no ownership.
#pragma once

#include <cstddef>
#include <span>

#include "base/check.h"
#include "tensor/dtype.h"

namespace falconet {

/// Row-major [rows, cols]; consecutive rows are `stride` elements apart.
template <class T>
struct MatrixView {
  T* data = nullptr;
  std::size_t rows = 0;
  std::size_t cols = 0;
  std::size_t stride = 0;

  MatrixView() = default;
  MatrixView(T* data_, std::size_t rows_, std::size_t cols_)
      : MatrixView(data_, rows_, cols_, cols_) {}
  MatrixView(T* data_, std::size_t rows_, std::size_t cols_, std::size_t stride_)
      : data(data_), rows(rows_), cols(cols_), stride(stride_) {}

  /// A view of mutable elements may stand where one of const elements is wanted.
  operator MatrixView<const T>() const { return {data, rows, cols, stride}; }

  std::span<T> row(std::size_t index) const { return {data + index * stride, cols}; }

  MatrixView row_range(std::size_t begin, std::size_t count) const {
    CHECK(begin + count <= rows);
    return {data + begin * stride, count, cols, stride};
  }
};

/// A stored weight matrix [out_dim, in_dim] of any type, rows contiguous, as files hold it.
/// The bytes belong to whoever mapped the file.
struct WeightView {
  DType dtype = DType::F32;
  std::size_t out_dim = 0;
  std::size_t in_dim = 0;
  std::span<const std::byte> bytes;

  std::span<const std::byte> row(std::size_t index) const {
    const std::size_t size = row_bytes(dtype, in_dim);
    return bytes.subspan(index * size, size);
  }
};

}  // namespace falconet
