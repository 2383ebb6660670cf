from .compressor import BatchCompressor as BatchCompressor
from .parquet import compress_parquet as compress_parquet
