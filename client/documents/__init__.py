"""Papers: template to PDF to signed PDF, QR codes, page images. May import sync.proof and below."""
